import { createBreaker } from '@lighthouse/chassis/breaker'
import { onward } from '@lighthouse/chassis/scope'
import type { Scope } from '@lighthouse/chassis/scope'
import { DECISIONS } from '@lighthouse/contract/decision'
import type { SubgraphTransport } from '@lighthouse/contract/subgraph-request'
import type { Verdict } from '@lighthouse/policy/engine/evaluate'
import type { FlagReader } from '@lighthouse/contract/flags'
import type { Finding } from '../decision.js'
import type { Judgement } from '../judgement.js'
import { mayAllow, mayAsk } from '../obligations.js'
import { attackLikelihood } from './classifier.js'
import { openExpertLine } from './expert-line.js'
import type { ExpertLine } from './expert-line.js'
import { guarded } from './guarded.js'
import { reasonOf } from './policy.js'
import type { Tier } from './tier.js'
import { PASS, SKIPPED } from './tier.js'

/** P-066: how long experts have; the caller's own deadline shortens it. */
export const CONSULT_TIMEOUT_MS = 30_000
/** Kept back from the caller's time for remembering and keeping the decision. */
const RESERVE_MS = 500
/** The part of a call's time that it may spend in the line before the experts: they need the rest to answer. */
const WAITING_SHARE = 1 / 3

const CONSULT = `mutation Consult($input: ConsultInput!) {
  consult(input: $input) { id status decision confidence reasoning }
}`

/** Only subgraphs may ask experts: this one does so in its own name, and says for whom. */
const ASKER = { agentId: 'validation', role: 'SYSTEM_AGENT', keyId: 'subgraph' } as const

export interface ExpertOptions {
  readonly experts: SubgraphTransport | undefined
  readonly flags: FlagReader
  readonly timeoutMs?: number
  /** How long experts that failed are left alone. */
  readonly retryMs?: number
  readonly now?: () => number
  /** Where those wait who come while all experts are asked. */
  readonly line?: ExpertLine
}

/** Asks the experts subgraph. Their ALLOW counts only when the rules said ESCALATE below CRITICAL. */
export function expertTier({
  experts,
  flags,
  timeoutMs = CONSULT_TIMEOUT_MS,
  retryMs = 5_000,
  now = Date.now,
  line = openExpertLine(),
}: ExpertOptions): Tier {
  const breaker = createBreaker({
    name: 'The experts subgraph',
    failures: 5,
    halfOpenAfterMs: retryMs,
    timeoutMs,
  })
  return {
    name: 'EXPERT',
    stop: 'expert',
    vital: false,
    limitMs: timeoutMs * (1 + WAITING_SHARE) + RESERVE_MS,
    async ask(judgement, scope) {
      const { verdict, principal } = judgement
      if (experts === undefined || verdict?.decision !== 'ESCALATE' || !mayAsk(verdict)) return SKIPPED
      if (!(await flags.isOn('expert-tier', principal.agentId))) return SKIPPED
      const budgetOf = () => Math.min(timeoutMs, scope.deadlineAt - now() - RESERVE_MS)
      const patienceMs = budgetOf() * WAITING_SHARE
      if (patienceMs <= 0) return SKIPPED
      const score = attackLikelihood(judgement.understanding.effects)
      const answer = await line.pass({ riskLevel: verdict.riskLevel, score }, patienceMs, async () => {
        const budgetMs = Math.max(1, budgetOf())
        return guarded(breaker, (late) => consult(experts, judgement, { scope, budgetMs, late }))
      })
      return answer ?? SKIPPED
    },
  }
}

interface Asking {
  readonly scope: Scope
  readonly budgetMs: number
  readonly late: AbortSignal
}

async function consult(experts: SubgraphTransport, judgement: Judgement, { scope, budgetMs, late }: Asking) {
  // The answer is everybody's who asks the same: it ends by its budget, not by one caller who goes away.
  const signal = AbortSignal.any([late, AbortSignal.timeout(budgetMs)])
  const request = onward(scope, CONSULT, { input: inputOf(judgement, scope, budgetMs) })
  const answer = await experts.request({ ...request, principal: ASKER, deadlineAt: scope.deadlineAt, signal })
  const [error] = answer.errors ?? []
  if (error !== undefined) throw new Error(`The experts could not be asked: ${error.message}`)
  return toFinding(answer.data?.['consult'], judgement)
}

function inputOf({ call, requestId, principal, verdict }: Judgement, scope: Scope, budgetMs: number) {
  return {
    requestId: requestId ?? scope.requestId,
    toolName: call.toolName,
    toolInput: call.toolInput,
    cwd: call.cwd ?? null,
    agentId: principal.agentId,
    concerns: (verdict?.rules ?? []).slice(0, 20).map((rule) => `${rule.id}: ${rule.reason}`),
    riskLevel: verdict?.riskLevel ?? 'HIGH',
    timeoutMs: Math.floor(budgetMs),
  }
}

/** No quorum, a timeout or a malformed answer is no answer. */
function toFinding(consultation: unknown, { verdict }: Judgement): Finding | typeof PASS {
  if (typeof consultation !== 'object' || consultation === null) return PASS
  const { id, status, decision, confidence, reasoning } = consultation as Record<string, unknown>
  const known = DECISIONS.find((one) => one === decision)
  if (status !== 'DECIDED' || known === undefined || typeof id !== 'string') return PASS
  const allowed = known !== 'ALLOW' || mayAllow(verdict?.riskLevel)
  return {
    decision: allowed ? known : 'ESCALATE',
    confidenceScore: typeof confidence === 'number' && confidence >= 0 && confidence <= 1 ? confidence : 0.5,
    riskLevel: verdict?.riskLevel ?? 'HIGH',
    reason: reasonFor(
      `${String(reasoning)}${allowed ? '' : CRITICAL_NOTE}`,
      allowed ? known : 'ESCALATE',
      verdict,
    ).slice(0, 2_000),
    originTier: 'EXPERT',
    ruleId: verdict?.rules[0]?.id,
    consultationId: id,
  }
}

const CRITICAL_NOTE = ' (They would allow it, which is not theirs to say of what is critical.)'

/** Who is told to ask a person wants to know about what: the rules' reason stays beside the experts'. */
function reasonFor(reasoning: string, decision: Finding['decision'], verdict: Verdict | undefined): string {
  if (decision !== 'ESCALATE' || verdict === undefined) return reasoning
  return `${reasonOf(verdict)}. Experts: ${reasoning}`
}
