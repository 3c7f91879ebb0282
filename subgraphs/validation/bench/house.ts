import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { openLoads } from '@lighthouse/chassis/load'
import type { Scope } from '@lighthouse/chassis/scope'
import type { Principal } from '@lighthouse/contract/principal'
import type { ToolCall } from '@lighthouse/validation/understand'

export const POLICIES = fileURLToPath(new URL('../../../policies', import.meta.url))
export const AGENT: Principal = { agentId: 'bench', role: 'AGENT', keyId: 'bench' }

export const SCOPE: Scope = {
  principal: AGENT,
  requestId: 'bench',
  traceId: '0'.repeat(32),
  deadlineAt: Date.now() + 3_600_000,
  signal: new AbortController().signal,
  noteStop: undefined,
  subgraph: 'validation',
  loads: openLoads({ noteStop: undefined }, new Map()),
}

/** What agents ask all day: the rules decide each of them. */
export const COMMANDS = [
  'ls -la',
  'git status',
  'cat README.md | head -20',
  'npm test',
  'grep -rn "foo" src',
  'git diff HEAD~1 -- src/a.ts',
  'mkdir -p src/x && touch src/x/a.ts',
  'for f in *.ts; do wc -l $f; done',
  'find . -name "*.ts" | xargs wc -l',
  'NODE_ENV=test npm run build 2>&1 | tee out.log',
] as const

export const CWD = '/home/dev/project'

export function commandAt(i: number): string {
  return COMMANDS[i % COMMANDS.length] ?? 'ls'
}

/** The same command under a text that nobody asked before. */
export function freshAt(i: number): string {
  return `${commandAt(i)} # ${i}`
}

export function callOf(command: string): ToolCall {
  return { toolName: 'Bash', toolInput: { command }, cwd: CWD, projectRoot: CWD }
}

/** A directory that exists: the peer looks for its settings there, and refuses every command where there is none. */
export function openPlace(): Disposable & { readonly path: string } {
  const path = mkdtempSync(join(tmpdir(), 'lighthouse-bench-'))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}
