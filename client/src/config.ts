import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

export interface ClientConfig {
  /** The GraphQL endpoint, when named. */
  readonly url: string | undefined
  readonly key: string | undefined
  /** Where a local instance keeps instance.json and credentials.json. */
  readonly dataDir: string
}

/** What the environment says: LIGHTHOUSE_URL, LIGHTHOUSE_KEY, LIGHTHOUSE_DATA_DIR (default ~/.lighthouse). */
export function readConfig(env: NodeJS.ProcessEnv = process.env): ClientConfig {
  const dataDir = env['LIGHTHOUSE_DATA_DIR']
  return {
    url: filled(env['LIGHTHOUSE_URL']),
    key: filled(env['LIGHTHOUSE_KEY']),
    dataDir: filled(dataDir) === undefined ? join(homedir(), '.lighthouse') : resolve(dataDir ?? '.'),
  }
}

function filled(text: string | undefined): string | undefined {
  const trimmed = text?.trim()
  return trimmed === '' ? undefined : trimmed
}
