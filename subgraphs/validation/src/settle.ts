import { nowUs } from '@lighthouse/chassis/recorder'
import type { Scope } from '@lighthouse/chassis/scope'
import { confidenceOf } from '@lighthouse/contract/decision'
import type { DecideRequest, Settled, ValidationDecision } from './decision.js'
import { nextDecisionId } from './decision-id.js'
import { subjectOf } from './understand.js'

export interface Circumstances {
  readonly request: DecideRequest
  readonly scope: Pick<Scope, 'traceId'>
  readonly policyVersion: string
  readonly startUs: number
}

/** Makes one request's decision of what was found: its own id, times and names. */
export function settle(
  { finding, tier, timings }: Settled,
  { request, scope, policyVersion, startUs }: Circumstances,
): ValidationDecision {
  const { call, principal, requestId } = request
  return {
    id: nextDecisionId(),
    requestId: requestId ?? null,
    decision: finding.decision,
    tier,
    originTier: finding.originTier,
    confidence: confidenceOf(finding.confidenceScore),
    confidenceScore: finding.confidenceScore,
    riskLevel: finding.riskLevel,
    reason: finding.reason,
    cacheHit: tier === 'MEMORY' || tier === 'REDIS',
    tierTimings: timings,
    processingMs: Math.max(0, nowUs() - startUs) / 1_000,
    policyVersion,
    toolName: call.toolName.slice(0, 200),
    subject: subjectOf(call),
    cwd: call.cwd ?? null,
    projectRoot: call.projectRoot ?? null,
    decidedAt: isoOf(Math.floor(startUs / 1_000)),
    traceId: scope.traceId,
    agentId: principal.agentId,
    ruleId: finding.ruleId ?? null,
    consultationId: finding.consultationId ?? null,
  }
}

const written = { second: -1, text: '' }

/** A time in milliseconds as ISO 8601. Decisions of one second share all but its fraction, which is written once. */
function isoOf(ms: number): string {
  const second = Math.floor(ms / 1_000)
  if (second !== written.second) {
    written.second = second
    written.text = new Date(second * 1_000).toISOString().slice(0, 20)
  }
  return `${written.text}${String(1_000 + (ms % 1_000)).slice(1)}Z`
}
