import type { ValidationDecision } from '../../src/decision.js'

/** A decision as one is kept; `n` tells it from others. */
export function decisionOf(facts: Partial<ValidationDecision> = {}, n = 0): ValidationDecision {
  return {
    id: `dec_${n}`,
    requestId: null,
    decision: 'ALLOW',
    tier: 'POLICY',
    originTier: 'POLICY',
    confidence: 'HIGH',
    confidenceScore: 0.99,
    riskLevel: 'LOW',
    reason: 'ls: only looks',
    cacheHit: false,
    tierTimings: [
      { tier: 'MEMORY', ms: 0.001, outcome: 'PASS' },
      { tier: 'POLICY', ms: 0.03, outcome: 'HIT' },
      { tier: 'REDIS', ms: 0, outcome: 'SKIPPED' },
    ],
    processingMs: 0.05,
    policyVersion: '0123456789abcdef',
    toolName: 'Bash',
    subject: 'ls',
    cwd: '/srv/app',
    projectRoot: '/srv/app',
    decidedAt: '2026-01-02T03:04:05.678Z',
    traceId: '0'.repeat(32),
    agentId: 'agent-1',
    ruleId: 'shell/inspect',
    consultationId: null,
    ...facts,
  }
}
