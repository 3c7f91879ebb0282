import type { Log } from '@lighthouse/chassis/log'
import { QUIET } from '@lighthouse/chassis/log'
import type { RedisConnection } from '@lighthouse/chassis/redis'
import { POLICY_CHANNEL } from '@lighthouse/contract/redis-keys'
import type { SubgraphTransport } from '@lighthouse/contract/subgraph-request'
import type { Engine, FileEngine } from '../engine/engine.js'
import type { OpaServer } from '../engine/opa-server.js'
import { overServer } from '../engine/over-server.js'
import { hold } from '../engine/engine.js'
import { judgeOver } from '../engine/over-packs.js'
import { buildPack } from '../engine/pack.js'
import type { Pack } from '../engine/pack.js'
import { selfCheck } from '../engine/self-check.js'
import { listen } from '../listen.js'
import type { Ledger } from './ledger.js'
import { openLedger } from './ledger.js'
import { isInCanary } from './membership.js'
import type { Shadow, ShadowReport } from './shadow.js'
import { openShadow } from './shadow.js'
import type { PolicyState } from './state.js'
import { UNTOUCHED } from './state.js'

export interface GovernOptions {
  /** The policy while nothing is published; opened, and closed, by the caller. */
  readonly files: FileEngine
  /** Where publications are kept. Without it there are none. */
  readonly events?: SubgraphTransport | undefined
  /** Carries word of a publication to other nodes. */
  readonly redis?: RedisConnection | undefined
  /** A connection of its own: a subscribed one takes no other command. */
  readonly channel?: RedisConnection | undefined
  /** How often the log is looked at when no channel carries word; 0 never. */
  readonly pollMs?: number
  readonly log?: Log
  /** Judges in place of the policy in this process, which stays for what no server may soften. */
  readonly server?: OpaServer | undefined
}

/** The engine whose policy is what was published last, or the files where nothing was. */
export interface GovernedEngine extends Engine {
  readonly state: PolicyState
  readonly files: FileEngine
  readonly ledger: Ledger | undefined
  /** The pack in force. */
  readonly pack: Pack
  readonly shadow: ShadowReport | undefined
  /** Compiles and checks a drafted version. Undefined when there is no such draft; throws when it is not usable. */
  load(version: string): Promise<Pack | undefined>
  /** Puts in force what the log says now, and tells other nodes to. */
  changed(): Promise<void>
}

/** Versions that are held compiled beside the one in force: a canary, drafts that are tried, what was before. */
const MAX_HELD = 8
const POLL_MS = 1_000

export async function governEngine(options: GovernOptions): Promise<GovernedEngine> {
  const { files, events, redis, channel, pollMs = POLL_MS, log = QUIET, server } = options
  const ledger = events === undefined ? undefined : openLedger(events)
  const held = new Map<string, Pack>()
  let state = UNTOUCHED
  let published: Pack | undefined
  let shadow: Shadow | undefined
  let failure: string | undefined

  const current = (): Pack => published ?? files.pack
  const find = (version: string): Pack | undefined =>
    published?.version === version ? published : (held.get(version) ?? files.find(version))

  async function load(version: string): Promise<Pack | undefined> {
    const known = find(version)
    if (known !== undefined) return known
    const bundle = await ledger?.bundle(version)
    if (bundle === undefined) return undefined
    const pack = await buildPack(bundle.wasm, bundle.dataText)
    if (pack.version !== version)
      throw new Error(`Draft ${version} reads as ${pack.version}: it was tampered with.`)
    selfCheck(pack)
    hold(held, pack, MAX_HELD)
    return pack
  }

  async function demand(version: string): Promise<Pack> {
    const pack = await load(version)
    if (pack === undefined) throw new Error(`Policy ${version} is not in the event log.`)
    return pack
  }

  async function put(next: PolicyState): Promise<void> {
    const pack = next.version === undefined ? undefined : await demand(next.version)
    const canary = next.canary === undefined ? undefined : await demand(next.canary.version)
    if (published !== undefined) hold(held, published, MAX_HELD)
    if (pack?.version !== published?.version)
      log.info('policy in force', { version: pack?.version ?? 'files' })
    published = pack
    if (canary === undefined) shadow = undefined
    else if (shadow?.canary !== canary) shadow = openShadow(canary)
    state = next
  }

  /** Fails closed: what cannot be put in force leaves the last good policy, and an alarm. */
  async function refresh(): Promise<boolean> {
    if (ledger === undefined) return true
    let next: PolicyState
    try {
      next = await ledger.read()
    } catch (error) {
      log.warn('publications cannot be read; the last known policy stays in force', { reason: String(error) })
      return false
    }
    try {
      if (next.aggregateVersion !== state.aggregateVersion || failure !== undefined) await put(next)
      if (failure !== undefined)
        void ledger.report('RECOVERY_COMPLETED', { what: 'policy', version: current().version })
      failure = undefined
      return true
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      if (reason !== failure) await alarm(reason, next)
      failure = reason
      return false
    }
  }

  async function alarm(reason: string, wanted: PolicyState): Promise<void> {
    const version = current().version
    log.error('policy not loaded; the last good one stays in force', {
      version,
      wanted: wanted.version,
      reason,
    })
    await ledger?.report('DEGRADATION_TRIGGERED', {
      what: 'policy',
      version,
      wanted: wanted.version ?? null,
      reason,
    })
  }

  // One look at a time: two must not put their findings in force in the wrong order.
  let looking: Promise<boolean> = Promise.resolve(true)
  const look = (): Promise<boolean> => (looking = looking.then(refresh, refresh))
  const stop = listen({ channel, redis, name: POLICY_CHANNEL, heard: look, log })
  const poll = () => (channel?.ready === true ? undefined : void look())
  const timer = pollMs > 0 && ledger !== undefined ? setInterval(poll, pollMs).unref() : undefined
  await look()

  const judging = judgeOver({
    current,
    find,
    packFor: (caller) =>
      shadow !== undefined && state.canary !== undefined && isInCanary(state.canary, caller)
        ? shadow.canary
        : current(),
    judged: (input, verdict, pack) => shadow?.compare(input, verdict, pack, current()),
  })
  // The getters are the point: a spread would copy what they say now.
  return Object.defineProperties(
    (server === undefined ? judging : overServer(judging, server)) as GovernedEngine,
    {
      state: { get: () => state },
      pack: { get: current },
      failure: {
        get: () => failure ?? server?.failure ?? (published === undefined ? files.failure : undefined),
      },
      shadow: { get: () => shadow?.report() },
      files: { value: files },
      ledger: { value: ledger },
      load: { value: load },
      reload: { value: async () => (await files.reload()) && (await look()) },
      changed: {
        async value() {
          await look()
          if (redis?.ready === true)
            await redis.client.publish(POLICY_CHANNEL, current().version).catch(() => 0)
        },
      },
      [Symbol.asyncDispose]: {
        async value() {
          clearInterval(timer)
          stop()
          await looking
        },
      },
    },
  )
}
