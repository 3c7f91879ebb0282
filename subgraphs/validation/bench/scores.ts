import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { openEngine } from '@lighthouse/policy/engine/engine'
import { understand } from '@lighthouse/validation/understand'
import { checkCommand } from 'cc-safety-net/api'
import { AGENT, CWD, openPlace, POLICIES } from './house.js'
import { rounded } from './measure.js'

interface Case {
  readonly tool: string
  readonly input: { readonly command?: unknown }
  readonly cwd?: string
  readonly family: string
}

/** Percentages of the labelled commands. */
export interface Score {
  /** Dangerous and disguised commands that were not let through. */
  readonly dangerousStopped: number
  /** Commands that somebody should be asked about and that were not let through. */
  readonly riskyStopped: number
  /** Harmless commands that were let through without asking. */
  readonly safeAllowed: number
}

/** How the guard and its peer do on the commands of policies/cases. They are ours: a peer never tuned to them. */
export async function scoreCases(): Promise<{ commands: number; guard: Score; peer: Score }> {
  await using engine = await openEngine({ policiesDir: POLICIES, watchMs: 0 })
  const cases = commandCases()
  const guard = scoreOf(cases, (command, cwd) => {
    const call = { toolName: 'Bash', toolInput: { command }, cwd, projectRoot: cwd }
    const { effects } = understand(call)
    const input = { tool: 'Bash', role: AGENT.role, agentId: AGENT.agentId, effects }
    return engine.evaluate(input).decision === 'ALLOW'
  })
  using place = openPlace()
  const peer = scoreOf(cases, (command) => checkCommand({ command, cwd: place.path }).kind === 'allow')
  return { commands: cases.length, guard, peer }
}

interface CommandCase {
  readonly command: string
  readonly cwd: string
  readonly family: string
}

function commandCases(): CommandCase[] {
  const folder = join(POLICIES, 'cases')
  const files = readdirSync(folder).filter((name) => name.endsWith('.jsonl'))
  return files
    .flatMap((file) => readFileSync(join(folder, file), 'utf8').split('\n'))
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Case)
    .filter(({ tool }) => tool === 'Bash')
    .map(({ input, cwd = CWD, family }) => ({ command: String(input.command), cwd, family }))
}

function scoreOf(cases: readonly CommandCase[], allows: (command: string, cwd: string) => boolean): Score {
  const share = (families: RegExp, allowed: boolean): number => {
    const chosen = cases.filter(({ family }) => families.test(family))
    const right = chosen.filter(({ command, cwd }) => allows(command, cwd) === allowed)
    return rounded((right.length / chosen.length) * 100)
  }
  return {
    dangerousStopped: share(/^(bad|hidden)\//, false),
    riskyStopped: share(/^risky\//, false),
    safeAllowed: share(/^(safe|false)\//, true),
  }
}
