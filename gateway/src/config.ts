import { type FileConfig, parseConfig } from './config-file.js'
import { LIMIT_NAMES, type LimitName, type Limits } from './limits.js'
import { type Mode, MODES } from './persisted/documents.js'
import type { GatewayOptions } from './start.js'
import { fileSource } from './supergraph/file-source.js'
import type { Source } from './supergraph/source.js'

/** What the environment may set of a gateway. Everything else is given by who starts it. */
export type GatewayConfig = Required<
  Pick<
    GatewayOptions,
    | 'host'
    | 'port'
    | 'maxBodyBytes'
    | 'deadlineMs'
    | 'allowedOrigins'
    | 'allowedHosts'
    | 'drainMs'
    | 'unreadyMs'
    | 'idleMs'
    | 'introspection'
    | 'compression'
    | 'limits'
  >
> & { readonly gatewaySecret: string | undefined }

/** Reads the gateway's settings from an environment. Throws with the variable's name for a value that is no number. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): GatewayConfig {
  return {
    host: env['LIGHTHOUSE_HOST'] ?? '127.0.0.1',
    port: number(env, 'LIGHTHOUSE_PORT', 4_000),
    maxBodyBytes: number(env, 'LIGHTHOUSE_MAX_BODY_BYTES', 65_536),
    // Longer than the 30 s that experts are given.
    deadlineMs: number(env, 'LIGHTHOUSE_DEADLINE_MS', 35_000),
    drainMs: number(env, 'LIGHTHOUSE_DRAIN_MS', 10_000),
    unreadyMs: number(env, 'LIGHTHOUSE_UNREADY_MS', 0),
    idleMs: number(env, 'LIGHTHOUSE_IDLE_MS', 75_000),
    ...readReach(env),
    introspection: isOn(env, 'LIGHTHOUSE_INTROSPECTION') ?? true,
    compression: isOn(env, 'LIGHTHOUSE_COMPRESSION') ?? false,
    limits: readLimits(env),
    gatewaySecret: env['LIGHTHOUSE_GATEWAY_SECRET'],
  }
}

/** Which pages may call, and by which hosts, that an environment sets. */
export function readReach(
  env: NodeJS.ProcessEnv = process.env,
): Required<Pick<GatewayOptions, 'allowedOrigins' | 'allowedHosts'>> {
  const list = (text = '') =>
    text
      .split(',')
      .map((one) => one.trim())
      .filter((one) => one !== '')
  return {
    allowedOrigins: list(env['LIGHTHOUSE_ALLOWED_ORIGINS']),
    allowedHosts: list(env['LIGHTHOUSE_ALLOWED_HOSTS']),
  }
}

/** A configuration file that is followed. Reading rejects with a ConfigFileError that lists what is wrong. */
export function configSource(path: string, env: NodeJS.ProcessEnv = process.env): Source<FileConfig> {
  return fileSource({ path, parse: (text) => parseConfig(text, env, path) })
}

const LIMIT_VARIABLES = {
  maxTokens: 'LIGHTHOUSE_MAX_TOKENS',
  maxDepth: 'LIGHTHOUSE_MAX_DEPTH',
  maxIntrospectionDepth: 'LIGHTHOUSE_MAX_INTROSPECTION_DEPTH',
  maxAliases: 'LIGHTHOUSE_MAX_ALIASES',
  maxDirectives: 'LIGHTHOUSE_MAX_DIRECTIVES',
  maxRootFields: 'LIGHTHOUSE_MAX_ROOT_FIELDS',
  maxCost: 'LIGHTHOUSE_MAX_COST',
  maxRepeats: 'LIGHTHOUSE_MAX_REPEATS',
  maxListItems: 'LIGHTHOUSE_MAX_LIST_ITEMS',
  maxInputDepth: 'LIGHTHOUSE_MAX_INPUT_DEPTH',
  maxResponseBytes: 'LIGHTHOUSE_MAX_RESPONSE_BYTES',
} as const satisfies Readonly<Record<LimitName, string>>

/** The limits that an environment sets. Throws with the variable's name for a value that is no number. */
export function readLimits(env: NodeJS.ProcessEnv = process.env): Partial<Limits> {
  const given: [LimitName, number][] = []
  for (const name of LIMIT_NAMES) {
    const variable = LIMIT_VARIABLES[name]
    if (env[variable]) given.push([name, number(env, variable, 0)])
  }
  return Object.fromEntries(given)
}

/** Modes and manifest of trusted documents that an environment sets. Throws for a mode that there is none of. */
export function readOperations(env: NodeJS.ProcessEnv = process.env): {
  readonly manifestPath: string | undefined
  readonly mode: Mode | undefined
  readonly automatic: boolean | undefined
} {
  const given = env['LIGHTHOUSE_OPERATIONS_MODE'] || undefined
  const mode = MODES.find((name) => name === given)
  if (given !== undefined && mode === undefined) {
    throw new Error(`LIGHTHOUSE_OPERATIONS_MODE is "${given}"; it may be ${MODES.join(', ')}.`)
  }
  return {
    manifestPath: env['LIGHTHOUSE_OPERATIONS'] || undefined,
    mode,
    automatic: isOn(env, 'LIGHTHOUSE_AUTOMATIC_PERSISTED_QUERIES'),
  }
}

/** Throws for any other word: what was meant to be closed would stay open. */
function isOn(env: NodeJS.ProcessEnv, name: string): boolean | undefined {
  const text = env[name]
  if (text === undefined || text === '') return undefined
  if (text === 'on' || text === 'off') return text === 'on'
  throw new Error(`${name} is "${text}"; it may be on or off.`)
}

function number(env: NodeJS.ProcessEnv, name: string, otherwise: number): number {
  const text = env[name]
  if (text === undefined || text === '') return otherwise
  const value = Number(text)
  if (Number.isSafeInteger(value) && value >= 0) return value
  throw new Error(`${name} is "${text}", which is not a whole number.`)
}
