import type { AnalyticsOptions } from './start.js'

/** What the analytics process reads from its environment. Times and sizes are fixed; see docs/reference/config.md. */
export const ANALYTICS_ENV = {
  /** Folder of the embedded engine and of what waits to be written. */
  dataDir: 'LIGHTHOUSE_ANALYTICS_DIR',
  /** Host that the ClickHouse door and the subgraph listen on. Default 127.0.0.1. */
  host: 'LIGHTHOUSE_ANALYTICS_HOST',
  /** Port of the ClickHouse door; 0 (the default) takes a free one. */
  clickhousePort: 'LIGHTHOUSE_ANALYTICS_CLICKHOUSE_PORT',
  /** Port of the subgraph and the tap; 0 (the default) takes a free one. */
  graphqlPort: 'LIGHTHOUSE_ANALYTICS_PORT',
  /** Shared with the gateway; signs who is calling. */
  gatewaySecret: 'LIGHTHOUSE_GATEWAY_SECRET',
  /** Shared with recorders. */
  tapSecret: 'LIGHTHOUSE_TAP_SECRET',
  writerUser: 'LIGHTHOUSE_CLICKHOUSE_WRITER_USER',
  writerPassword: 'LIGHTHOUSE_CLICKHOUSE_WRITER_PASSWORD',
  analystUser: 'LIGHTHOUSE_CLICKHOUSE_ANALYST_USER',
  analystPassword: 'LIGHTHOUSE_CLICKHOUSE_ANALYST_PASSWORD',
  /** A ClickHouse server instead of the embedded engine. */
  clickhouseUrl: 'CLICKHOUSE_URL',
  clickhouseUser: 'CLICKHOUSE_USER',
  clickhousePassword: 'CLICKHOUSE_PASSWORD',
} as const

type Environment = Readonly<Record<string, string | undefined>>

/** A setting is missing or makes no sense; the message says which. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

function required(env: Environment, name: string): string {
  const value = env[name]
  if (value === undefined || value === '') throw new ConfigError(`${name} is not set.`)
  return value
}

function port(env: Environment, name: string): number {
  const value = Number(env[name] ?? 0)
  if (!Number.isInteger(value) || value < 0 || value > 65_535) {
    throw new ConfigError(`${name} is ${env[name]}; it must be a port from 0 to 65535.`)
  }
  return value
}

/** The options of the analytics process from its environment. Throws ConfigError. */
export function readConfig(env: Environment = process.env): AnalyticsOptions {
  const { clickhouseUrl, clickhouseUser, clickhousePassword } = ANALYTICS_ENV
  const url = env[clickhouseUrl]
  const remote =
    url === undefined || url === ''
      ? {}
      : { remote: { url, user: env[clickhouseUser] ?? 'default', password: env[clickhousePassword] ?? '' } }
  return {
    dataDir: required(env, ANALYTICS_ENV.dataDir),
    host: env[ANALYTICS_ENV.host] ?? '127.0.0.1',
    clickhousePort: port(env, ANALYTICS_ENV.clickhousePort),
    graphqlPort: port(env, ANALYTICS_ENV.graphqlPort),
    gatewaySecret: required(env, ANALYTICS_ENV.gatewaySecret),
    tapSecret: required(env, ANALYTICS_ENV.tapSecret),
    writer: {
      user: env[ANALYTICS_ENV.writerUser] ?? 'lighthouse',
      password: required(env, ANALYTICS_ENV.writerPassword),
    },
    analyst: {
      user: env[ANALYTICS_ENV.analystUser] ?? 'analyst',
      password: required(env, ANALYTICS_ENV.analystPassword),
    },
    ...remote,
  }
}

/** The environment that {@link readConfig} reads these options from. */
export function environmentOf(options: AnalyticsOptions): Record<string, string> {
  const names = ANALYTICS_ENV
  const { remote } = options
  return {
    [names.dataDir]: options.dataDir,
    [names.host]: options.host ?? '127.0.0.1',
    [names.clickhousePort]: String(options.clickhousePort ?? 0),
    [names.graphqlPort]: String(options.graphqlPort ?? 0),
    [names.gatewaySecret]: options.gatewaySecret,
    [names.tapSecret]: options.tapSecret,
    [names.writerUser]: options.writer.user,
    [names.writerPassword]: options.writer.password,
    [names.analystUser]: options.analyst.user,
    [names.analystPassword]: options.analyst.password,
    [names.clickhouseUrl]: remote?.url ?? '',
    [names.clickhouseUser]: remote?.user ?? '',
    [names.clickhousePassword]: remote?.password ?? '',
  }
}

/** The environment of a child: the caller's own, with these on top. */
export function childEnvironment(own: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  // chDB runs its queries on libuv's pool, whose four threads would be all there are.
  return { ...process.env, UV_THREADPOOL_SIZE: '16', ...own }
}
