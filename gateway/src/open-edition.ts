import { createHash } from 'node:crypto'
import { SILENT } from '@lighthouse/analytics/recorder/record'
import type { SubgraphTransport } from '@lighthouse/contract/subgraph-request'
import { hashed } from './cache/cached-query.js'
import { type CacheHolder, cachedRespond, cachedTransports } from './cache/open-cache.js'
import type { CacheInput } from './cache/settings.js'
import { createDoor, type DoorOptions } from './admit.js'
import { Deadlines } from './deadlines.js'
import type { KeySets } from './authenticate/key-sets.js'
import { type Authorize, createAuthorize } from './authorize/authorize.js'
import { authorizationSection } from './authorize/settings.js'
import { executeInParts } from './defer/execute-in-parts.js'
import type { Reach } from './http/cross-site.js'
import type { Lifecycle } from './lifecycle.js'
import type { OperationMeter } from './meter.js'
import type { Sample } from './note-stops.js'
import type { ScopeOptions } from './open-scope.js'
import { execute, type Operating } from './operate.js'
import type { Documents } from './persisted/documents.js'
import { createPlans } from './plan.js'
import { createPreparer } from './prepare.js'
import { createRespond } from './respond.js'
import type { GatewayRecorder, Log } from './scope.js'
import type { Streaming } from './subscribe/begin.js'
import type { EventStreams } from './subscribe/event-streams.js'
import type { Tracings } from './tracing/tracings.js'
import type { TracesInput } from './tracing/settings.js'
import { createStreaming, type StreamOptions } from './subscribe/streaming.js'
import { compose, type SubgraphSdl } from './supergraph/compose.js'
import type { Edition } from './supergraph/editions.js'
import { Holds } from './supergraph/holds.js'
import type { Planning } from './supergraph/planning.js'
import { hasOwnScalars } from './supergraph/own-scalars.js'
import { loadSupergraph, type Supergraph } from './supergraph/supergraph.js'
import { type CountedPlans, countUses, warm } from './supergraph/warm.js'

const MAX_BODY_BYTES = 65_536
/** Characters of a supergraph of which the form for deferred parts takes long to make: hundreds of entities. */
const LARGE_SDL = 100_000
/** Longer than the 30 s that experts are given. */
const DEADLINE_MS = 35_000

/** What one supergraph is served with. All of it may be other after a reload. */
export interface Served extends DoorOptions, Pick<StreamOptions, 'conflated' | 'unshared'> {
  readonly supergraph: { readonly sdl: string } | { readonly subgraphs: readonly SubgraphSdl[] }
  /** How each subgraph is reached, by the name it has in the supergraph. */
  readonly transports: ReadonlyMap<string, SubgraphTransport>
  /** What is kept of subgraphs' answers; nothing when absent. */
  readonly cache?: CacheInput | undefined
  /** Where spans of operations are sent; nowhere when absent. */
  readonly traces?: TracesInput | undefined
  /** Called once nothing is asked over these transports any more. */
  readonly release?: () => Promise<void>
  readonly introspection?: boolean
  readonly maxBodyBytes?: number
  /** Whole answers go out as gzip to clients that take it; off unless it is set. */
  readonly compression?: boolean
  /** Milliseconds that an operation may take. Longer than the 30 s that experts are given. */
  readonly deadlineMs?: number
}

/** What stays when the supergraph is replaced. */
export interface Lasting {
  readonly planning: Planning
  readonly meter: OperationMeter
  readonly sample: Sample
  readonly reach: Reach
  readonly events: EventStreams
  readonly caches: CacheHolder
  readonly tracings: Tracings
  /** Subscriptions that each agent has open. */
  readonly seats: Streaming['seats']
  readonly documents: Documents
  /** Keys of those who issue tokens. */
  readonly keySets: KeySets
}

export interface EditionOptions extends Served {
  readonly recorder?: GatewayRecorder
  readonly log?: Log
  readonly graph?: string
  readonly gatewayId?: string
}

/** One supergraph, ready to serve. */
export interface ServedEdition extends Edition {
  readonly operating: Operating
  readonly transports: Served['transports']
  readonly plans: CountedPlans
  /** Equal for equal supergraphs. */
  readonly version: string
  /** What those who may invalidate the cache must bring. */
  readonly invalidationSecret: string | undefined
}

/** Makes everything of one supergraph. Rejects when the subgraphs do not compose or the SDL is no supergraph. */
export async function openEdition(options: EditionOptions, lasting: Lasting): Promise<ServedEdition> {
  const holds = new Holds()
  const { planning, events, seats } = lasting
  const sdl = 'sdl' in options.supergraph ? options.supergraph.sdl : compose(options.supergraph.subgraphs)
  const supergraph = loadSupergraph(sdl)
  const plans = countUses(createPlans(supergraph, { planning }))
  const version = createHash('sha256').update(sdl).digest('hex').slice(0, 12)
  const caching = { holder: lasting.caches, supergraphSdl: sdl, version }
  const transports = cachedTransports(options.transports, options.cache, caching)
  const authorize = authorizeBy(options, supergraph)
  const traced = await lasting.tracings.open(options.traces, options.log ?? (() => undefined))
  const parts = { ...options, transports, beginTrace: traced.begin }
  const exactNumbers = hasOwnScalars(sdl) && areRemote(options.transports)
  const unready = { supergraph, plans, authorize, exactNumbers, ...assemble(parts, lasting, holds) }
  // So that the first operation does not wait for the planner to learn this supergraph.
  planning.plan(supergraph, { text: '{__typename}', drawn: 0 }).catch(() => undefined)
  if (sdl.length > LARGE_SDL) void plans.readyParts()
  const lifecycle: Lifecycle = {
    prepare: createPreparer(supergraph.apiSchema, options),
    run: (executable, scope) =>
      executable.inParts === true
        ? executeInParts(executable, scope, unready)
        : execute(executable, scope, unready),
  }
  const respond = cachedRespond(createRespond(lifecycle), options.cache, {
    ...caching,
    transports,
    credentialHeader: options.authentication?.header?.toLowerCase(),
    // What callers may be told depends on more than the graph.
    version: hashed(JSON.stringify([version, options.authorization, options.introspection])),
  })
  const streaming = createStreaming({ ...unready, lifecycle, seats, ending: holds.ending }, options)
  return {
    holds,
    operating: { ...unready, respond, events, streaming },
    transports: options.transports,
    plans,
    version,
    invalidationSecret: options.cache?.invalidation?.secret,
    async [Symbol.asyncDispose]() {
      await traced.release()
      await options.release?.()
    },
  }
}

/** {@link openEdition} for one that follows another: what was asked for most is planned already when it resolves. */
export async function openNext(
  options: EditionOptions,
  before: ServedEdition,
  lasting: Lasting,
): Promise<ServedEdition> {
  const next = await openEdition(options, lasting)
  await warm(next.plans, next.operating.supergraph, before.plans.mostUsed())
  return next
}

/** Subgraphs in this process are given values, and may not expect bigints among them. */
function areRemote(transports: ReadonlyMap<string, SubgraphTransport>): boolean {
  return [...transports.values()].every(({ url }) => url !== undefined)
}

/** Throws for a supergraph whose demands cannot be enforced. */
function authorizeBy(options: EditionOptions, { sdl, apiSchema }: Supergraph): Authorize | undefined {
  return createAuthorize({
    supergraphSdl: sdl,
    schema: apiSchema,
    settings: authorizationSection.parse(options.authorization ?? {}),
    log: options.log ?? (() => undefined),
  })
}

/** Everything else that operations need. */
function assemble(
  options: EditionOptions & Pick<ScopeOptions, 'beginTrace'>,
  { meter, sample, reach, documents, keySets }: Lasting,
  holds: Holds,
): Omit<Operating, 'respond' | 'events' | 'streaming' | 'supergraph' | 'plans' | 'authorize'> {
  const { recorder = SILENT, log = () => undefined, graph = 'main', gatewayId = 'gateway' } = options
  return {
    door: createDoor(options, documents, keySets),
    maxBodyBytes: options.maxBodyBytes ?? MAX_BODY_BYTES,
    compression: options.compression,
    reach,
    scopes: {
      deadlines: new Deadlines(options.deadlineMs ?? DEADLINE_MS),
      recorder,
      sample,
      beginTrace: options.beginTrace,
      process: gatewayId,
      hold: () => holds.take(),
    },
    asking: { transports: options.transports, recorder: metered(recorder, meter), graph, log },
    recording: { recorder, meter, graph, gatewayId },
    log,
  }
}

/** A recorder whose fetches are counted for Prometheus as well. */
function metered(recorder: GatewayRecorder, meter: OperationMeter): GatewayRecorder {
  return {
    operation: (row) => recorder.operation(row),
    fetch(row) {
      meter.fetch(row.subgraph, row.status, row.duration_us)
      recorder.fetch(row)
    },
    stop: (row) => recorder.stop(row),
  }
}
