/** A receiver of decisions in the format of OPA's decision logs. */
export interface DecisionLogConfig {
  readonly url: string
  readonly partition: string | undefined
  readonly token: string | undefined
}

type Env = Readonly<Record<string, string | undefined>>

/** Where decisions are logged to, when anywhere. */
export function readDecisionLog(env: Env): DecisionLogConfig | undefined {
  const url = env['LIGHTHOUSE_DECISION_LOG_URL']?.trim()
  if (!url) return undefined
  return {
    url,
    partition: env['LIGHTHOUSE_DECISION_LOG_PARTITION'] || undefined,
    token: env['LIGHTHOUSE_DECISION_LOG_TOKEN'] || undefined,
  }
}
