import { nowUs, type Recorder } from '@lighthouse/chassis/recorder'
import type { Log } from '@lighthouse/chassis/log'
import { observe } from '@lighthouse/chassis/observe'
import type { Scope } from '@lighthouse/chassis/scope'
import type { SubgraphTransport } from '@lighthouse/contract/subgraph-request'
import type { Engine } from '@lighthouse/policy/engine/engine'
import { announce } from './announce.js'
import { ask } from './ask.js'
import type { DecideRequest, Settled, ValidationDecision } from './decision.js'
import type { Decisions } from './decisions.js'
import { fallback } from './fallback.js'
import { fingerprint } from './fingerprint.js'
import type { Flights } from './flight.js'
import { openJudgement } from './judgement.js'
import type { Judgement } from './judgement.js'
import type { DecisionLog } from './opa-log/upload.js'
import { remember } from './remember.js'
import type { Shelves } from './remember.js'
import { settle } from './settle.js'
import type { Tier } from './tiers/tier.js'
import { PASS } from './tiers/tier.js'
import { openTrail } from './trail.js'
import type { Trail } from './trail.js'
import { isMutating } from './understand.js'
import { whenKnown } from './when-known.js'

/** What the conductor works with; one for all requests. */
export interface House {
  readonly engine: Pick<Engine, 'name' | 'versionFor' | 'scopeOf' | 'examine' | 'consider'>
  /** Asked by every request on its own: its memory. */
  readonly memory: Tier
  /** Asked once for all who ask the same at the same time, in this order. */
  readonly tiers: readonly Tier[]
  readonly flights: Flights<Settled>
  /** Decisions on their way, by agent and requestId. */
  readonly requests: Flights<ValidationDecision>
  readonly shelves: Shelves
  readonly decisions: Decisions
  /** Told of every decision that was given, when decisions are logged somewhere else as well. */
  readonly decisionLog: Pick<DecisionLog, 'add'> | undefined
  readonly events: SubgraphTransport | undefined
  readonly recorder: Pick<Recorder, 'tier'>
  readonly graph: string
  readonly log: Log
}

/**
 * Decides one tool call, keeps the decision as an event, answers it. Never ALLOW because something failed; throws only
 * when the decision could not be kept.
 */
export async function decide(
  request: DecideRequest,
  scope: Scope,
  house: House,
): Promise<ValidationDecision> {
  const startUs = nowUs()
  const { engine, recorder, graph, decisions, decisionLog, events } = house
  const trail = openTrail({ recorder, graph, agentId: request.principal.agentId, scope })
  const policyVersion = engine.versionFor(request.principal)
  const judgement = observe(scope, 'fingerprint', () => open(request, policyVersion, engine))
  const found = judgement === undefined ? unreadable(request) : find(judgement, scope, house, trail)
  const settled = found instanceof Promise ? await found : found
  const decision = settle(
    { ...settled, timings: [...trail.timings, ...settled.timings] },
    { request, scope, policyVersion, startUs },
  )
  if (events !== undefined) await announce(decision, scope, events)
  decisions.add(decision, request)
  decisionLog?.add(decision)
  return decision
}

/** Undefined for an input that has no fingerprint: nested beyond reason. */
function open(
  { call, principal, requestId }: DecideRequest,
  policyVersion: string,
  engine: House['engine'],
): Judgement | undefined {
  try {
    const key = fingerprint(call, engine.scopeOf(principal), policyVersion)
    return openJudgement({ call, principal, requestId, fingerprint: key, policyVersion })
  } catch {
    return undefined
  }
}

function unreadable({ call }: DecideRequest): Settled {
  const finding = fallback({ verdict: undefined, broken: true }, isMutating(call.toolName))
  return { finding, tier: 'SAFE_DEFAULT', timings: [] }
}

const NEVER = new AbortController().signal

/** What is remembered, else what the other tiers find, once for everybody who asks the same. */
function find(judgement: Judgement, scope: Scope, house: House, trail: Trail): Settled | Promise<Settled> {
  const { memory, flights, log } = house
  return whenKnown(ask(memory, { judgement, scope, trail, log }), (known) => {
    if (known !== PASS) return { finding: known, tier: memory.name, timings: [] }
    const joined = flights.join(judgement.fingerprint, () => search(judgement, scope, house))
    return whenKnown(joined, ({ value }) => value)
  })
}

function search(judgement: Judgement, scope: Scope, house: House): Settled | Promise<Settled> {
  const { tiers, shelves, recorder, graph, log } = house
  // Others may be waiting for this answer: the caller who happened to be first does not end it by going away.
  const shared = { ...scope, signal: NEVER }
  const trail = openTrail({ recorder, graph, agentId: judgement.principal.agentId, scope })
  const lost = (error: unknown): Settled => {
    log.error('a decision failed', { requestId: scope.requestId, error })
    return { ...unreadable(judgement), timings: trail.timings }
  }
  try {
    const settled = whenKnown(judge(judgement, shared, { tiers, trail, log }, 0), ({ finding, tier }) =>
      whenKnown(
        observe(scope, 'remember', () => remember(finding, judgement, shelves)),
        () => ({ finding, tier, timings: trail.timings }),
      ),
    )
    return settled instanceof Promise ? settled.catch(lost) : settled
  } catch (error) {
    return lost(error)
  }
}

interface Judging {
  readonly tiers: readonly Tier[]
  readonly trail: Trail
  readonly log: Log
}

type Judged = Pick<Settled, 'finding' | 'tier'>

/** Asks the tiers in their order, from one of them on, until one answers. */
function judge(judgement: Judgement, scope: Scope, judging: Judging, from: number): Judged | Promise<Judged> {
  const { tiers, trail, log } = judging
  const tier = tiers[from]
  if (tier === undefined)
    return { finding: fallback(judgement, judgement.understanding.mutating), tier: 'SAFE_DEFAULT' }
  return whenKnown(ask(tier, { judgement, scope, trail, log }), (answer) =>
    answer === PASS ? judge(judgement, scope, judging, from + 1) : { finding: answer, tier: tier.name },
  )
}
