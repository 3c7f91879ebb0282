import { nowUs, type Recorder } from '@lighthouse/chassis/recorder'
import type { Scope } from '@lighthouse/chassis/scope'
import type { Decision, Tier, TierOutcome } from '@lighthouse/contract/decision'
import type { TierTiming } from './decision.js'

/** The tiers that one request passed, with their times: kept for the decision and recorded as rows. */
export interface Trail {
  readonly timings: readonly TierTiming[]
  /** Notes a tier that began at `startUs`; `decision` is '' unless it answered. */
  passed(tier: Tier, outcome: TierOutcome, startUs: number, decision: Decision | ''): void
}

export interface TrailOptions {
  readonly recorder: Pick<Recorder, 'tier'>
  readonly graph: string
  readonly agentId: string
  readonly scope: Pick<Scope, 'traceId'>
}

export function openTrail(options: TrailOptions): Trail {
  return new Opened(options)
}

/** A class for speed alone: one is opened for every request, and closures are made anew each time. */
class Opened implements Trail {
  readonly timings: TierTiming[] = []
  readonly #options: TrailOptions

  constructor(options: TrailOptions) {
    this.#options = options
  }

  passed(tier: Tier, outcome: TierOutcome, startUs: number, decision: Decision | ''): void {
    const durationUs = Math.max(0, nowUs() - startUs)
    this.timings.push({ tier, ms: durationUs / 1_000, outcome })
    if (outcome === 'SKIPPED') return
    const { recorder, graph, agentId, scope } = this.#options
    recorder.tier({
      ts: Math.floor(startUs / 1_000),
      graph,
      tier,
      outcome,
      decision,
      duration_us: durationUs,
      agent_id: agentId,
      trace_id: scope.traceId,
    })
  }
}
