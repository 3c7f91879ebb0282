import type { ValidationDecision } from '../decision.js'
import { holdsKey, masked } from './mask.js'

/** What tells one gateway's decisions from another's: OPA has `id` and `version`, and whatever else is configured. */
export type Labels = Readonly<Record<string, string>>

/** A JSON Pointer (RFC 6901) into an event. */
type Pointer = `/${string}`

/**
 * One decision as OPA logs it (OPA docs, "Decision Logs", the table of fields; `EventV1` of its log plugin). There is no
 * `nd_builtin_cache`, because the guard's policy uses no builtin that answers differently each time.
 */
export interface LogEvent {
  readonly labels: Labels
  readonly decision_id: string
  readonly trace_id: string
  readonly bundles: Readonly<Record<string, { readonly revision: string }>>
  /** The document that was asked for, with slashes. */
  readonly path: string
  readonly input: Readonly<Record<string, unknown>>
  readonly result: Readonly<Record<string, unknown>>
  /** Fields that were left out because they held what cannot be masked. */
  readonly erased?: readonly Pointer[]
  /** Fields of which a part was replaced. */
  readonly masked?: readonly Pointer[]
  readonly requested_by: string
  /** RFC 3339. */
  readonly timestamp: string
  /** Nanoseconds, as OPA's timers are. */
  readonly metrics: Readonly<Record<string, number>>
}

/** The name of the bundle that the guard's policy is. */
const BUNDLE = 'guard'
const PATH = 'guard/answer'

/** A decision as OPA logs it, without the secrets in it. Pure. */
export function toLogEvent(decision: ValidationDecision, labels: Labels): LogEvent {
  const changes: Changes = { erased: [], masked: [] }
  const subject = withoutSecrets(decision.subject, '/input/subject', changes)
  const reason = withoutSecrets(decision.reason, '/result/reason', changes)
  return {
    labels,
    decision_id: decision.id,
    trace_id: decision.traceId,
    bundles: { [BUNDLE]: { revision: decision.policyVersion } },
    path: PATH,
    input: {
      tool: decision.toolName,
      ...(subject !== undefined && { subject }),
      agentId: decision.agentId,
      cwd: decision.cwd,
      project: decision.projectRoot,
      requestId: decision.requestId,
    },
    result: {
      decision: decision.decision,
      riskLevel: decision.riskLevel,
      rule: decision.ruleId,
      ...(reason !== undefined && { reason }),
      tier: decision.tier,
      originTier: decision.originTier,
      confidenceScore: decision.confidenceScore,
      consultationId: decision.consultationId,
    },
    ...(changes.erased.length > 0 && { erased: changes.erased }),
    ...(changes.masked.length > 0 && { masked: changes.masked }),
    requested_by: decision.agentId,
    timestamp: decision.decidedAt,
    metrics: metricsOf(decision),
  }
}

interface Changes {
  readonly erased: Pointer[]
  readonly masked: Pointer[]
}

function withoutSecrets(text: string, at: Pointer, { erased, masked: changed }: Changes): string | undefined {
  if (holdsKey(text)) {
    erased.push(at)
    return undefined
  }
  const shown = masked(text)
  if (shown !== text) changed.push(at)
  return shown
}

const NS_PER_MS = 1_000_000

/** The rules' time under the name that OPA has for it; the other tiers' under names of their own. */
function metricsOf({ tierTimings, processingMs }: ValidationDecision): Record<string, number> {
  const metrics: Record<string, number> = { timer_server_handler_ns: Math.round(processingMs * NS_PER_MS) }
  for (const { tier, ms, outcome } of tierTimings) {
    if (outcome === 'SKIPPED') continue
    const name = tier === 'POLICY' ? 'timer_rego_query_eval_ns' : `timer_tier_${tier.toLowerCase()}_ns`
    metrics[name] = Math.round(ms * NS_PER_MS)
  }
  return metrics
}
