import { SILENT } from '@lighthouse/chassis/recorder'
import type { Scope } from '@lighthouse/chassis/scope'
import type { Verdict } from '@lighthouse/policy/engine/evaluate'
import { fallback } from '../fallback.js'
import type { House } from '../decide.js'
import type { DecideRequest } from '../decision.js'
import { ask } from '../ask.js'
import type { Finding } from '../decision.js'
import { fingerprint } from '../fingerprint.js'
import { openJudgement } from '../judgement.js'
import type { Judgement } from '../judgement.js'
import { policyTier } from '../tiers/policy.js'
import type { Tier } from '../tiers/tier.js'
import { PASS, SKIPPED } from '../tiers/tier.js'
import { openTrail } from '../trail.js'
import type { Understanding } from '../understand.js'
import { findChanges } from './changes.js'
import type { Explanation, ExplainedTier } from './explanation.js'
import { listEffects } from './list-effects.js'
import { parseTree } from './parse-tree.js'

/** What is said of experts, whom an explanation does not bother. */
const WOULD_ASK = 'Experts would be asked; an explanation asks nobody.'

/**
 * What would be decided about a tool call now, and why. Leaves no trace: no decision, event, row or count is made,
 * nothing is remembered, and no expert is asked; an OPA server that judges is asked what it would answer. Every tier is asked what it would answer, also behind the one that
 * decides. Throws a RangeError for an input that nests beyond reason.
 */
export async function explain(request: DecideRequest, scope: Scope, house: House): Promise<Explanation> {
  const { engine } = house
  const { call, principal } = request
  const policyVersion = engine.versionFor(principal)
  const key = fingerprint(call, engine.scopeOf(principal), policyVersion)
  const judgement = openJudgement({ ...request, fingerprint: key, policyVersion })
  const { tiers, findings } = await askAll(judgement, { ...scope, noteStop: undefined }, house)
  const { understanding } = judgement
  const verdict = judgement.verdict && located(judgement.verdict, understanding.spans)
  const [first] = findings
  const finding = first?.finding ?? fallback(judgement, understanding.mutating)
  return {
    decision: finding.decision,
    tier: first?.tier ?? 'SAFE_DEFAULT',
    riskLevel: finding.riskLevel,
    reason: finding.reason,
    policyVersion,
    engine: engine.name,
    tree: parseTree(call),
    effects: listEffects(understanding),
    rules: verdict?.rules ?? [],
    obligations: verdict?.obligations ?? [],
    tiers,
    changes: verdict === undefined ? [] : await findChanges(request, verdict, engine),
  }
}

/** The rules with the stretch of the command that each is about. */
function located(verdict: Verdict, spans: Understanding['spans']): Verdict {
  return { ...verdict, rules: verdict.rules.map((rule) => ({ ...rule, span: spans.get(rule.subject) })) }
}

interface Found {
  readonly tier: Tier['name']
  readonly finding: Finding
}

async function askAll(judgement: Judgement, scope: Scope, house: House) {
  const { log, graph } = house
  const trail = openTrail({ recorder: SILENT, graph, agentId: judgement.principal.agentId, scope })
  const findings: Found[] = []
  const tiers: ExplainedTier[] = []
  for (const tier of withoutTrace(house)) {
    const finding = await ask(tier, { judgement, scope, trail, log })
    const { ms = 0, outcome = 'PASS' } = trail.timings.at(-1) ?? {}
    if (finding !== PASS) findings.push({ tier: tier.name, finding })
    const said = finding === PASS ? undefined : finding
    const asked = tier.name === 'EXPERT' && findings.length === 0 ? WOULD_ASK : null
    const { decision = null, reason = asked } = said ?? {}
    tiers.push({ tier: tier.name, outcome, ms, decision, reason })
  }
  return { tiers, findings }
}

/** The tiers in their order, each in a form that can be asked without anything being different afterwards. */
function withoutTrace({ engine, memory, tiers, shelves }: House): Tier[] {
  const still: Partial<Record<Tier['name'], Tier>> = {
    MEMORY: { ...memory, ask: ({ fingerprint: key }) => shelves.memory.peek(key) ?? PASS },
    POLICY: policyTier({
      evaluate: (input, version) => engine.examine(input, version),
      ...(engine.consider !== undefined && { ask: engine.consider }),
    }),
  }
  const expert = (tier: Tier): Tier => ({ ...tier, ask: () => SKIPPED })
  return [memory, ...tiers].map((tier) => still[tier.name] ?? (tier.name === 'EXPERT' ? expert(tier) : tier))
}
