import { DECISIONS, type Decision, type RiskLevel } from '@lighthouse/contract/decision'

import { toPlainText } from './escape.js'
import type { NoVerdict, Verdict } from './expert.js'

/** What a model must answer, as OpenAI's strict structured output wants it: every field required, nothing beside them. */
export const VERDICT_SCHEMA = {
  name: 'verdict',
  strict: true,
  schema: {
    type: 'object',
    additionalProperties: false,
    required: ['reasoning', 'decision', 'confidence'],
    properties: {
      reasoning: { type: 'string' },
      decision: { type: 'string', enum: [...DECISIONS] },
      confidence: { type: 'number' },
    },
  },
} as const

const FIELDS = new Set<string>(VERDICT_SCHEMA.schema.required)
const MAX_REASONING_CHARS = 2_000

/** How far a model may clear a call. */
export interface Limits {
  readonly riskLevel: RiskLevel
  /** The model did not see all of the input. */
  readonly truncated: boolean
  /** Below it an ALLOW becomes ESCALATE. */
  readonly minAllowConfidence: number
}

/**
 * Reads a model's answer. Servers differ in how strict they are, so everything is checked again: anything but one JSON
 * object with exactly the three fields in their ranges is no verdict. An ALLOW for CRITICAL risk, on a part of the
 * input, or below the confidence that is asked for, becomes ESCALATE.
 */
export function readVerdict(content: string, limits: Limits): Verdict | NoVerdict {
  const answer = parse(content)
  if (answer === undefined) return { none: 'the model answered something that is not the JSON asked for' }
  const { decision, confidence, reasoning } = answer
  const said = `Model: ${toPlainText(reasoning, MAX_REASONING_CHARS)}`
  const withheld = decision === 'ALLOW' ? whyNotAllow(confidence, limits) : undefined
  if (withheld === undefined) return { decision, confidence, reasoning: said, firm: true }
  return {
    decision: 'ESCALATE',
    confidence,
    reasoning: `${said} (its ALLOW does not count: ${withheld})`,
    firm: true,
  }
}

function whyNotAllow(confidence: number, limits: Limits): string | undefined {
  if (limits.riskLevel === 'CRITICAL') return 'the risk is CRITICAL'
  if (limits.truncated) return 'it did not see all of the input'
  if (confidence < limits.minAllowConfidence) {
    return `confidence ${confidence} is below ${limits.minAllowConfidence}`
  }
  return undefined
}

function parse(content: string): { decision: Decision; confidence: number; reasoning: string } | undefined {
  let value: unknown
  try {
    value = JSON.parse(content)
  } catch {
    return undefined
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  if (Object.keys(value).length !== FIELDS.size || !Object.keys(value).every((key) => FIELDS.has(key))) {
    return undefined
  }
  const { decision, confidence, reasoning } = value as Record<string, unknown>
  const known = DECISIONS.find((name) => name === decision)
  if (known === undefined || typeof reasoning !== 'string' || reasoning.trim() === '') return undefined
  if (typeof confidence !== 'number' || !(confidence >= 0 && confidence <= 1)) return undefined
  return { decision: known, confidence, reasoning }
}
