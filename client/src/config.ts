import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

export interface ClientConfig {
  /** The GraphQL endpoint, when named. */
  readonly url: string | undefined
  readonly key: string | undefined
  /** Where a local instance keeps instance.json and credentials.json. */
  readonly dataDir: string
  /** How long a hook waits for a decision; undefined leaves it to the hook. */
  readonly hookBudgetMs: number | undefined
}

/** What the environment says: LIGHTHOUSE_URL, LIGHTHOUSE_KEY, LIGHTHOUSE_DATA_DIR (default ~/.lighthouse), LIGHTHOUSE_HOOK_BUDGET_MS. */
export function readConfig(env: NodeJS.ProcessEnv = process.env): ClientConfig {
  const dataDir = env['LIGHTHOUSE_DATA_DIR']
  const budget = Number(env['LIGHTHOUSE_HOOK_BUDGET_MS'])
  return {
    url: filled(env['LIGHTHOUSE_URL']),
    key: filled(env['LIGHTHOUSE_KEY']),
    dataDir: filled(dataDir) === undefined ? join(homedir(), '.lighthouse') : resolve(dataDir ?? '.'),
    hookBudgetMs: Number.isFinite(budget) && budget > 0 ? budget : undefined,
  }
}

function filled(text: string | undefined): string | undefined {
  const trimmed = text?.trim()
  return trimmed === '' ? undefined : trimmed
}
