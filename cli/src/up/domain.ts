import { join } from 'node:path'
import type { Recorder } from '@lighthouse/analytics/recorder/record'
import type { Subgraph } from '@lighthouse/chassis/define'
import { connectRedis, type RedisAddress } from '@lighthouse/chassis/redis'
import type { SubgraphTransport } from '@lighthouse/contract/subgraph-request'
import { GRAPH, type Site } from './site.js'

/** The domain subgraphs, in the order in which they can be opened: each knows only those before it. */
export const DOMAIN = ['events', 'policy', 'experts', 'validation'] as const
export type DomainName = (typeof DOMAIN)[number]

/** What the domain subgraphs of one process stand on, and how they reach each other. */
export interface Ground extends Site {
  readonly redis: RedisAddress | undefined
  readonly recorder: Recorder
  /** Siblings by name, in this process or over HTTP. */
  readonly peers: ReadonlyMap<string, SubgraphTransport>
}

// Each loads its code when it is opened: a process that serves one subgraph does not carry the others.
const OPEN = {
  async events({ dataDir, registry, log }) {
    const { createEvents } = await import('@lighthouse/events/main')
    return await createEvents({ dataDir, registry, log })
  },
  async policy(ground) {
    const { createPolicy } = await import('@lighthouse/policy/main')
    const events = ground.peers.get('events')
    const judges = await judgesOf(ground)
    // Policy must not know validation; what tries its drafts reads commands as validation does.
    const { understand } = await import('@lighthouse/validation/understand')
    const { SHIPPED_POLICIES } = await import('@lighthouse/policy/config')
    const trying = { understand, casesDir: join(SHIPPED_POLICIES, 'cases') }
    return await createPolicy({
      ...judges,
      ...trying,
      log: ground.log,
      ...(events !== undefined && { events }),
    })
  },
  async experts({ peers, config, log }) {
    const { createExperts } = await import('@lighthouse/experts/main')
    const { readConfig } = await import('@lighthouse/experts/config')
    return await createExperts({ events: peers.get('events'), ...readConfig(config.env), log })
  },
  async validation(ground) {
    const { createValidation } = await import('@lighthouse/validation/main')
    const { peers, recorder, log } = ground
    const judges = await judgesOf(ground)
    const redis = await redisOf(ground, 'validation')
    const siblings = { events: sibling(peers, 'events'), experts: sibling(peers, 'experts') }
    const decisionLog = await decisionLogOf(ground)
    return await createValidation({
      ...judges,
      ...siblings,
      recorder,
      graph: GRAPH,
      log,
      ...(redis !== undefined && { redis }),
      ...(decisionLog !== undefined && { decisionLog }),
    })
  },
} as const satisfies Record<DomainName, (ground: Ground) => Promise<Subgraph>>

/** Opens one domain subgraph; it is closed with the site. */
export async function openDomain(name: DomainName, ground: Ground): Promise<Subgraph> {
  return ground.closing.add(name, await OPEN[name](ground))
}

/** Opens the domain subgraphs in this process and joins them as peers: no HTTP between them. */
export async function joinInProcess(
  ground: Omit<Ground, 'peers'>,
): Promise<ReadonlyMap<string, SubgraphTransport>> {
  const peers = new Map<string, SubgraphTransport>()
  for (const name of DOMAIN) peers.set(name, await openDomain(name, { ...ground, peers }))
  return peers
}

/** Engine and flags, one of each a process: the policy subgraph and validation's tier ask the same. */
const judges = new WeakMap<object, ReturnType<typeof openJudges>>()

function judgesOf(ground: Ground): ReturnType<typeof openJudges> {
  const opened = judges.get(ground.closing) ?? openJudges(ground)
  judges.set(ground.closing, opened)
  return opened
}

async function openJudges(ground: Ground) {
  const { readPoliciesDir } = await import('@lighthouse/policy/config')
  const { openEngine } = await import('@lighthouse/policy/engine/engine')
  const { openFlags } = await import('@lighthouse/policy/flags')
  const { governEngine } = await import('@lighthouse/policy/publish/govern')
  const { openOpaServer } = await import('@lighthouse/policy/engine/opa-server')
  const { closing, log, config } = ground
  const policiesDir = readPoliciesDir(config.env)
  const files = closing.add('policy files', await openEngine({ policiesDir, log }))
  const redis = await redisOf(ground, 'flags')
  const channel = await redisOf(ground, 'flags-channel')
  const given = { log, ...(redis !== undefined && { redis }), ...(channel !== undefined && { channel }) }
  const flags = closing.add('flags', await openFlags(given))
  const server =
    config.opaUrl === undefined
      ? undefined
      : closing.add('OPA server', openOpaServer({ url: config.opaUrl, pack: () => files.pack, log }))
  const governing = { files, events: ground.peers.get('events'), redis, channel, log, server }
  return { flags, engine: closing.add('policy', await governEngine(governing)) }
}

async function redisOf({ redis, log, closing }: Ground, name: string) {
  if (redis === undefined) return undefined
  return closing.add(`redis of ${name}`, await connectRedis({ ...redis, name: `lighthouse-${name}`, log }))
}

async function decisionLogOf({ config, closing, log }: Ground) {
  if (config.decisionLog === undefined) return undefined
  const { openDecisionLog } = await import('@lighthouse/validation/opa-log/upload')
  const { labelsOf } = await import('@lighthouse/validation/opa-log/labels')
  return closing.add('decision log', openDecisionLog({ ...config.decisionLog, labels: labelsOf(), log }))
}

function sibling(peers: Ground['peers'], name: DomainName): SubgraphTransport {
  const found = peers.get(name)
  if (found === undefined) throw new Error(`the ${name} subgraph must be reachable: pass --peer ${name}=URL`)
  return found
}
