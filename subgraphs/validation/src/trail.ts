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

export function openTrail({ recorder, graph, agentId, scope }: TrailOptions): Trail {
  const timings: TierTiming[] = []
  return {
    timings,
    passed(tier, outcome, startUs, decision) {
      const durationUs = Math.max(0, nowUs() - startUs)
      timings.push({ tier, ms: durationUs / 1_000, outcome })
      if (outcome === 'SKIPPED') return
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
    },
  }
}
