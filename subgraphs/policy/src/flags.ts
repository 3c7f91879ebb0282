import { randomUUID } from 'node:crypto'
import { QUIET } from '@lighthouse/chassis/log'
import type { Log } from '@lighthouse/chassis/log'
import type { RedisConnection } from '@lighthouse/chassis/redis'
import { FLAGS } from '@lighthouse/contract/flags'
import type { FlagReader } from '@lighthouse/contract/flags'
import { FLAG_CHANNEL, FLAGS_KEY } from '@lighthouse/contract/redis-keys'
import { ErrorCode, OpenFeature } from '@openfeature/server-sdk'
import type {
  Client,
  EvaluationContext,
  JsonValue,
  Provider,
  ResolutionDetails,
} from '@openfeature/server-sdk'
import { listen } from './listen.js'
import { checkFlag, evaluateFlag, readFlag, shippedFlag } from './flag.js'
import type { Flag, FlagAnswer, FlagChange } from './flag.js'

/** Most flags that are kept; a further one is refused. */
const MAX_FLAGS = 1_000

export interface FlagsOptions {
  /** Where flags are kept and shared by every node; without it they live as long as this process. */
  readonly redis?: RedisConnection
  /** A connection of its own for the channel: a subscribed connection takes no other command. */
  readonly channel?: RedisConnection
  readonly log?: Log
  readonly now?: () => Date
}

/** The feature flags of this node, asked through OpenFeature. */
export interface Flags extends FlagReader, AsyncDisposable {
  list(): readonly Flag[]
  find(name: string): Flag | undefined
  /** Throws a RangeError, saying why, when a change would be refused. */
  check(change: FlagChange): void
  /** Changes a flag here and, where Redis is, on every node. Throws a RangeError when it is not a flag's value. */
  set(change: FlagChange): Promise<Flag>
  /** Takes flags back at once, everywhere: as the product ships them, off for others, until they are set again. */
  rollback(names: readonly string[]): Promise<readonly Flag[]>
  /** What a flag is for an agent; undefined for one that nobody knows. */
  evaluate(name: string, agentId: string): FlagAnswer | undefined
  /** The OpenFeature client, for whoever speaks that. */
  readonly client: Client
}

export async function openFlags(options: FlagsOptions = {}): Promise<Flags> {
  const { redis, channel, log = QUIET, now = () => new Date() } = options
  /** Bounded by MAX_FLAGS. */
  const flags = new Map<string, Flag>(
    Object.entries(FLAGS).map(([name, on]) => [name, shippedFlag(name, on)]),
  )
  const domain = `lighthouse-${randomUUID()}`
  await OpenFeature.setProviderAndWait(domain, provider(flags))
  const client = OpenFeature.getClient(domain)

  const reload = async (): Promise<void> => {
    if (redis === undefined || !redis.ready) return
    try {
      for (const [name, text] of Object.entries(await redis.client.hgetall(FLAGS_KEY))) {
        const flag = readFlag(name, text)
        if (flag !== undefined && (flags.has(name) || flags.size < MAX_FLAGS)) flags.set(name, flag)
      }
    } catch (error) {
      log.warn('flags could not be read; those known here stay', { reason: String(error) })
    }
  }
  const admit = (change: FlagChange): Flag => {
    const flag = checkFlag(change, (name) => flags.get(name), now())
    if (flags.has(flag.name) || flags.size < MAX_FLAGS) return flag
    throw new RangeError(`There are ${MAX_FLAGS} flags already.`)
  }
  const keep = async (flag: Flag): Promise<Flag> => {
    if (redis?.ready === true) {
      await redis.client.hset(FLAGS_KEY, flag.name, JSON.stringify(flag))
      await redis.client.publish(FLAG_CHANNEL, flag.name)
    }
    flags.set(flag.name, flag)
    return flag
  }
  const stop = listen({ channel, redis, name: FLAG_CHANNEL, heard: reload, log })
  await reload()

  return {
    client,
    isOn: (name, agentId) => client.getBooleanValue(name, false, { targetingKey: agentId }),
    list: () => [...flags.values()].sort((a, b) => a.name.localeCompare(b.name)),
    find: (name) => flags.get(name),
    check: (change) => void admit(change),
    set: async (change) => await keep(admit(change)),
    async rollback(names) {
      const found = names.map((name) => demand(flags, name))
      const at = now()
      return await Promise.all(found.map((flag) => keep({ ...flag, rolledBack: true, updatedAt: at })))
    },
    evaluate: (name, agentId) => answerOf(flags, name, agentId),
    async [Symbol.asyncDispose]() {
      stop()
    },
  }
}

function answerOf(flags: ReadonlyMap<string, Flag>, name: string, agentId: string): FlagAnswer | undefined {
  const flag = flags.get(name)
  if (flag === undefined) return undefined
  return evaluateFlag(flag, agentId, { find: (one) => flags.get(one), isShippedOn })
}

function isShippedOn(name: string): boolean {
  return Object.entries(FLAGS).some(([shipped, on]) => shipped === name && on)
}

function demand(flags: ReadonlyMap<string, Flag>, name: string): Flag {
  const flag = flags.get(name)
  if (flag === undefined) throw new RangeError(`There is no flag "${name.slice(0, 80)}".`)
  return flag
}

/** Our flags as an OpenFeature provider. They are booleans: any other type is a mismatch. */
function provider(flags: ReadonlyMap<string, Flag>): Provider {
  const mismatch = async <T extends JsonValue>(
    _name: string,
    fallback: T,
  ): Promise<ResolutionDetails<T>> => ({
    value: fallback,
    errorCode: ErrorCode.TYPE_MISMATCH,
    reason: 'ERROR',
  })
  return {
    metadata: { name: 'lighthouse' },
    runsOn: 'server',
    async resolveBooleanEvaluation(name: string, fallback: boolean, context: EvaluationContext) {
      const answer = answerOf(flags, name, context.targetingKey ?? '')
      if (answer === undefined)
        return { value: fallback, errorCode: ErrorCode.FLAG_NOT_FOUND, reason: 'ERROR' }
      return { value: answer.on, variant: answer.variant, reason: answer.reason }
    },
    resolveStringEvaluation: mismatch,
    resolveNumberEvaluation: mismatch,
    resolveObjectEvaluation: mismatch,
  }
}
