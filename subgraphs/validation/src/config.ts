import { readServing, type Serving } from '@lighthouse/chassis/read-serving'

export interface ValidationConfig extends Serving {
  /** Undefined: the policies that come with the product. */
  readonly policiesDir: string | undefined
  readonly redisUrl: string | undefined
  /** An OPA server that judges in place of the policy in this process. */
  readonly opaUrl: string | undefined
  readonly decisionLog: DecisionLogConfig | undefined
  /** GraphQL addresses of the siblings, when there are any. */
  readonly eventsUrl: string | undefined
  readonly expertsUrl: string | undefined
}

/** A receiver of decisions in the format of OPA's decision logs. */
export interface DecisionLogConfig {
  readonly url: string
  readonly partition: string | undefined
  readonly token: string | undefined
}

type Env = Readonly<Record<string, string | undefined>>

const DEFAULT_PORT = 4102

/**
 * Reads the configuration of a validation subgraph that runs alone. Throws naming the variable that is missing or wrong.
 *
 * LIGHTHOUSE_GATEWAY_SECRET (required), LIGHTHOUSE_HOST, LIGHTHOUSE_PORT, LIGHTHOUSE_POLICIES_DIR, REDIS_URL, OPA_URL,
 * LIGHTHOUSE_EVENTS_URL, LIGHTHOUSE_EXPERTS_URL, LIGHTHOUSE_DECISION_LOG_URL, LIGHTHOUSE_DECISION_LOG_PARTITION,
 * LIGHTHOUSE_DECISION_LOG_TOKEN.
 */
export function readConfig(env: Env = process.env): ValidationConfig {
  return {
    ...readServing(env, DEFAULT_PORT),
    policiesDir: env['LIGHTHOUSE_POLICIES_DIR'],
    redisUrl: env['REDIS_URL'],
    opaUrl: env['OPA_URL'],
    decisionLog: readDecisionLog(env),
    eventsUrl: env['LIGHTHOUSE_EVENTS_URL'],
    expertsUrl: env['LIGHTHOUSE_EXPERTS_URL'],
  }
}

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
