import { randomUUID } from 'node:crypto'
import { QUIET } from '@lighthouse/chassis/log'
import type { Log } from '@lighthouse/chassis/log'
import type { RedisConnection } from '@lighthouse/chassis/redis'
import { FLAG_STATES, FLAGS } from '@lighthouse/contract/flags'
import type { FlagReader, FlagState } from '@lighthouse/contract/flags'
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
import { isWithin } from './sticky.js'

export interface Flag {
  readonly name: string
  readonly state: FlagState
  /** 0 to 100; counts for PERCENTAGE_ROLLOUT alone. */
  readonly rolloutPercentage: number
  /** Absent while the flag is as the product ships it. */
  readonly updatedAt: Date | undefined
}

export interface FlagChange {
  readonly name: string
  readonly state: FlagState
  readonly rolloutPercentage?: number
}

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
  /** The OpenFeature client, for whoever speaks that. */
  readonly client: Client
}

export async function openFlags(options: FlagsOptions = {}): Promise<Flags> {
  const { redis, channel, log = QUIET, now = () => new Date() } = options
  /** Bounded by MAX_FLAGS. */
  const flags = new Map<string, Flag>(Object.entries(FLAGS).map(([name, on]) => [name, shipped(name, on)]))
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
    const flag = checkFlag(change, now())
    if (flags.has(flag.name) || flags.size < MAX_FLAGS) return flag
    throw new RangeError(`There are ${MAX_FLAGS} flags already.`)
  }
  const stop = listen({ channel, redis, name: FLAG_CHANNEL, heard: reload, log })
  await reload()

  return {
    client,
    isOn: (name, agentId) => client.getBooleanValue(name, false, { targetingKey: agentId }),
    list: () => [...flags.values()].sort((a, b) => a.name.localeCompare(b.name)),
    find: (name) => flags.get(name),
    check: (change) => void admit(change),
    async set(change) {
      const flag = admit(change)
      if (redis?.ready === true) {
        await redis.client.hset(FLAGS_KEY, flag.name, JSON.stringify(flag))
        await redis.client.publish(FLAG_CHANNEL, flag.name)
      }
      flags.set(flag.name, flag)
      return flag
    },
    async [Symbol.asyncDispose]() {
      stop()
    },
  }
}

const DECIDE: Readonly<Record<FlagState, (flag: Flag, agentId: string) => boolean>> = {
  DISABLED: () => false,
  ENABLED: () => true,
  PERCENTAGE_ROLLOUT: (flag, agentId) => isWithin(flag.name, agentId, flag.rolloutPercentage),
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
      const flag = flags.get(name)
      if (flag === undefined) return { value: fallback, errorCode: ErrorCode.FLAG_NOT_FOUND, reason: 'ERROR' }
      const value = DECIDE[flag.state](flag, context.targetingKey ?? '')
      return {
        value,
        variant: value ? 'on' : 'off',
        reason: flag.state === 'PERCENTAGE_ROLLOUT' ? 'SPLIT' : 'STATIC',
      }
    },
    resolveStringEvaluation: mismatch,
    resolveNumberEvaluation: mismatch,
    resolveObjectEvaluation: mismatch,
  }
}

function shipped(name: string, on: boolean): Flag {
  return { name, state: on ? 'ENABLED' : 'DISABLED', rolloutPercentage: on ? 100 : 0, updatedAt: undefined }
}

function checkFlag(change: FlagChange, at: Date): Flag {
  const { name, state } = change
  if (!/^[a-z][a-z0-9-]{0,63}$/.test(name)) {
    throw new RangeError(
      `"${name.slice(0, 80)}" is not a flag's name: small letters, digits and dashes, at most 64.`,
    )
  }
  const rolloutPercentage = change.rolloutPercentage ?? (state === 'ENABLED' ? 100 : 0)
  if (!(rolloutPercentage >= 0 && rolloutPercentage <= 100)) {
    throw new RangeError(`rolloutPercentage is between 0 and 100, not ${rolloutPercentage}.`)
  }
  return { name, state, rolloutPercentage, updatedAt: at }
}

/** A flag as another node stored it; undefined for what is none. */
function readFlag(name: string, text: string): Flag | undefined {
  try {
    const { state, rolloutPercentage, updatedAt } = JSON.parse(text) as Record<string, unknown>
    const known = FLAG_STATES.find((one) => one === state)
    if (known === undefined || typeof rolloutPercentage !== 'number') return undefined
    return {
      name,
      state: known,
      rolloutPercentage,
      updatedAt: typeof updatedAt === 'string' ? new Date(updatedAt) : undefined,
    }
  } catch {
    return undefined
  }
}
