import { DECISIONS, type Decision, RISK_LEVELS, type RiskLevel } from '@lighthouse/contract/decision'

/** One rule of a script, as its JSON says it. */
export interface ScriptRule {
  readonly id: string
  readonly decision: Decision
  /** Tools by name; any tool when absent. */
  readonly tools?: readonly string[]
  /** Which field of the tool's input is matched; every text in it when absent. */
  readonly field?: string
  /** A regular expression. For ALLOW it must match the whole text, else it may match anywhere. */
  readonly match: string
  readonly reasoning: string
  /** Between 0 and 1; default 0.95. */
  readonly confidence?: number
  /** For ALLOW: the highest risk level it clears; default MEDIUM. CRITICAL is refused. */
  readonly maxRisk?: RiskLevel
}

export interface Script {
  readonly version: 1
  readonly rules: readonly ScriptRule[]
  /** What holds for everything that no rule knows. Never ALLOW. */
  readonly otherwise: { readonly decision: 'ESCALATE' | 'BLOCK'; readonly reasoning: string }
}

const MAX_RULES = 1_000

/**
 * Checks a script. Throws with the rule that is wrong: an unknown decision or field, a pattern that is not a regular
 * expression, an ALLOW without tools and field, an ALLOW for CRITICAL risk, `otherwise` that is ALLOW.
 */
export function readScript(value: unknown): Script {
  const { version, rules, otherwise } = (value ?? {}) as Record<string, unknown>
  demand(version === 1, `version is ${JSON.stringify(version)}; it must be 1`)
  demand(Array.isArray(rules) && rules.length <= MAX_RULES, `rules is a list of at most ${MAX_RULES}`)
  const rest = otherwise as Partial<Script['otherwise']> | undefined
  demand(
    (rest?.decision === 'ESCALATE' || rest?.decision === 'BLOCK') && typeof rest.reasoning === 'string',
    'otherwise is {"decision": "ESCALATE" or "BLOCK", "reasoning": text}; what is not known is never allowed',
  )
  for (const rule of rules as ScriptRule[]) checkRule(rule)
  return value as Script
}

function checkRule(rule: ScriptRule): void {
  const at = `rule ${JSON.stringify(rule?.id)}`
  demand(typeof rule?.id === 'string' && rule.id !== '', `${at} has no id`)
  demand(DECISIONS.includes(rule.decision), `${at}: decision is ${JSON.stringify(rule.decision)}`)
  demand(typeof rule.reasoning === 'string' && rule.reasoning !== '', `${at} has no reasoning`)
  const { confidence = 1, maxRisk = 'LOW', tools = [] } = rule
  demand(confidence >= 0 && confidence <= 1, `${at}: confidence is ${String(confidence)}; 0 to 1`)
  demand(RISK_LEVELS.includes(maxRisk), `${at}: maxRisk is ${JSON.stringify(maxRisk)}`)
  demand(
    Array.isArray(tools) && tools.every((tool) => typeof tool === 'string'),
    `${at}: tools is a list of names`,
  )
  if (rule.decision === 'ALLOW') {
    demand(
      tools.length > 0 && typeof rule.field === 'string',
      `${at}: an ALLOW names its tools and its field`,
    )
    demand(maxRisk !== 'CRITICAL', `${at}: nothing CRITICAL is allowed by a script`)
  }
  try {
    patternOf(rule)
  } catch (error) {
    demand(false, `${at}: match is no regular expression: ${String(error)}`)
  }
}

/** The pattern of a rule; an ALLOW is anchored at both ends whatever the script says. */
export function patternOf(rule: ScriptRule): RegExp {
  return rule.decision === 'ALLOW' ? new RegExp(`^(?:${rule.match})$`, 'u') : new RegExp(rule.match, 'iu')
}

function demand(holds: boolean, message: string): asserts holds {
  if (!holds) throw new Error(`the expert's script is refused: ${message}`)
}
