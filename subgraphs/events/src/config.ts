import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'

const DEFAULT_PORT = 4001

export interface EventsConfig {
  readonly dataDir: string
  readonly host: string
  readonly port: number
  readonly allowAnonymous: boolean
}

/**
 * Settings of a stand-alone events subgraph: flags, then environment, then defaults. LIGHTHOUSE_DATA_DIR, LIGHTHOUSE_HOST,
 * LIGHTHOUSE_PORT, LIGHTHOUSE_ALLOW_ANONYMOUS=1. Throws for a flag or port that makes no sense.
 */
export function readConfig(
  args: readonly string[] = process.argv.slice(2),
  env: NodeJS.ProcessEnv = process.env,
): EventsConfig {
  const { values } = parseArgs({
    args: [...args],
    options: {
      'data-dir': { type: 'string' },
      host: { type: 'string' },
      port: { type: 'string' },
      'allow-anonymous': { type: 'boolean' },
    },
  })
  const given = values.port ?? env['LIGHTHOUSE_PORT'] ?? DEFAULT_PORT
  const port = Number(given)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`Port ${given} is no port.`)
  return {
    dataDir: resolve(values['data-dir'] ?? env['LIGHTHOUSE_DATA_DIR'] ?? join(homedir(), '.lighthouse')),
    host: values.host ?? env['LIGHTHOUSE_HOST'] ?? '127.0.0.1',
    port,
    allowAnonymous: values['allow-anonymous'] ?? env['LIGHTHOUSE_ALLOW_ANONYMOUS'] === '1',
  }
}
