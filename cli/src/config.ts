import { type DecisionLogConfig, readDecisionLog } from '@lighthouse/validation/config'

/** What `lighthouse` reads from the environment beside LIGHTHOUSE_URL, LIGHTHOUSE_KEY and LIGHTHOUSE_DATA_DIR. */
export interface CliConfig {
  /** LIGHTHOUSE_GATEWAY_SECRET: what the gateway signs with, instead of the data directory's. */
  readonly gatewaySecret: string | undefined
  /** REDIS_URL: a Redis to use instead of a private one. */
  readonly redisUrl: string | undefined
  /** OPA_URL: an OPA server that judges in place of the policy in this process. */
  readonly opaUrl: string | undefined
  /** LIGHTHOUSE_DECISION_LOG_URL, _PARTITION, _TOKEN: a receiver of OPA's decision logs. */
  readonly decisionLog: DecisionLogConfig | undefined
  /** CLICKHOUSE_URL, CLICKHOUSE_USER, CLICKHOUSE_PASSWORD: a ClickHouse to use instead of the embedded one. */
  readonly clickhouse: { readonly url: string; readonly user: string; readonly password: string } | undefined
  /** PATH: where programs such as redis-server are looked for. */
  readonly path: string
  /** The whole environment, to hand to a child process. */
  readonly env: NodeJS.ProcessEnv
}

export function readCliConfig(env: NodeJS.ProcessEnv = process.env): CliConfig {
  const clickhouseUrl = filled(env['CLICKHOUSE_URL'])
  return {
    gatewaySecret: filled(env['LIGHTHOUSE_GATEWAY_SECRET']),
    redisUrl: filled(env['REDIS_URL']),
    opaUrl: filled(env['OPA_URL']),
    decisionLog: readDecisionLog(env),
    clickhouse:
      clickhouseUrl === undefined
        ? undefined
        : {
            url: clickhouseUrl,
            user: env['CLICKHOUSE_USER'] ?? 'default',
            password: env['CLICKHOUSE_PASSWORD'] ?? '',
          },
    path: env['PATH'] ?? '',
    env,
  }
}

function filled(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === '' ? undefined : text.trim()
}
