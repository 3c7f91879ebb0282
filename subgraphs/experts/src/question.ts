import { RISK_LEVELS, type RiskLevel } from '@lighthouse/contract/decision'

/** The whole time of one consultation: P-066. */
export const MAX_CONSULT_MS = 30_000
/** Concerns beyond these are cut: what tiers say is short, and a model reads all of it. */
const MAX_CONCERNS = 50
const MAX_CONCERN_CHARS = 1_000

/** A tool call that rules could not decide. */
export interface Question {
  readonly requestId: string
  readonly toolName: string
  readonly toolInput: unknown
  readonly cwd: string | undefined
  readonly agentId: string
  /** What the tiers before said: rule ids and reasons. */
  readonly concerns: readonly string[]
  readonly riskLevel: RiskLevel
  readonly timeoutMs: number
}

/** ConsultInput as it comes in. */
export interface ConsultInput {
  readonly requestId: string
  readonly toolName: string
  readonly toolInput: unknown
  readonly cwd?: string | null
  readonly agentId: string
  readonly concerns: readonly string[]
  readonly riskLevel: string
  readonly timeoutMs?: number | null
}

/** Reads the input of `consult`: a risk level that is not known counts as CRITICAL, times are kept within 1 to 30,000 ms. */
export function readQuestion(input: ConsultInput): Question {
  const { requestId, toolName, toolInput, cwd, agentId, concerns, riskLevel, timeoutMs } = input
  return {
    requestId,
    toolName,
    toolInput,
    cwd: cwd ?? undefined,
    agentId,
    concerns: concerns.slice(0, MAX_CONCERNS).map((concern) => concern.slice(0, MAX_CONCERN_CHARS)),
    riskLevel: RISK_LEVELS.find((level) => level === riskLevel) ?? 'CRITICAL',
    timeoutMs: Math.min(MAX_CONSULT_MS, Math.max(1, timeoutMs ?? MAX_CONSULT_MS)),
  }
}
