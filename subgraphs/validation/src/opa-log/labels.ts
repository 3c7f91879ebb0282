import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Labels } from './event.js'

/** What tells this process' decisions from those of others: a new id for each start, as OPA has it. */
export function labelsOf(id: string = randomUUID()): Labels {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  const { version } = JSON.parse(text) as { version: string }
  return { app: 'lighthouse', id, version }
}
