import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Decision } from '@lighthouse/contract/decision'
import { DECISIONS } from '@lighthouse/contract/decision'
import { AGENT_ROLES } from '@lighthouse/contract/principal'
import { evaluate } from '../engine/evaluate.js'
import type { KnownCall, Understand } from './call.js'
import { inputOf, subjectOf, turn } from './call.js'
import type { Comparison } from './in-force.js'

/** A call with the decision that it must get. */
export interface Case extends KnownCall {
  readonly expected: Decision
  readonly family: string
  readonly why: string
}

export interface CaseFailure {
  readonly tool: string
  readonly subject: string
  readonly family: string
  readonly why: string
  readonly expected: Decision
  readonly got: Decision
  /** The policy in force gets it right. */
  readonly isNew: boolean
}

export interface TestReport {
  readonly cases: number
  readonly passed: number
  /** At most 200. */
  readonly failures: readonly CaseFailure[]
  /** Of all failures, those that the policy in force does not have. */
  readonly broken: number
}

const MAX_FAILURES = 200

/** The cases of a directory: `*.jsonl`, one a line. Throws, naming the line, when one is none. */
export async function readCases(directory: string): Promise<readonly Case[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith('.jsonl')).sort()
  const files = await Promise.all(names.map(async (name) => readFile(join(directory, name), 'utf8')))
  return files.flatMap((text, file) =>
    text
      .split('\n')
      .flatMap((line, at) => (line.trim() === '' ? [] : [readCase(line, `${names[file]}:${at + 1}`)])),
  )
}

function readCase(line: string, where: string): Case {
  let fields: Record<string, unknown>
  try {
    fields = JSON.parse(line) as Record<string, unknown>
  } catch {
    throw new Error(`${where} is not JSON.`)
  }
  const { tool, input, cwd, project, role, agent, expected, family, why } = fields
  const known = DECISIONS.find((decision) => decision === expected)
  if (typeof tool !== 'string' || typeof input !== 'object' || input === null || known === undefined)
    throw new Error(`${where} needs tool, input and expected.`)
  const directory = typeof cwd === 'string' ? cwd : undefined
  return {
    tool,
    input: input as Record<string, unknown>,
    cwd: directory,
    projectRoot: typeof project === 'string' ? project : directory,
    role: AGENT_ROLES.find((one) => one === role) ?? 'AGENT',
    agentId: typeof agent === 'string' ? agent : 'agent',
    expected: known,
    family: String(family ?? ''),
    why: String(why ?? ''),
  }
}

/** Judges every case by a draft, and those that fail also by the policy in force. */
export async function testCases(
  cases: readonly Case[],
  understand: Understand,
  { draft, now }: Comparison,
): Promise<TestReport> {
  const failures: CaseFailure[] = []
  let failed = 0
  let broken = 0
  for (const [index, one] of cases.entries()) {
    await turn(index)
    const input = inputOf(one, understand)
    const got = evaluate(draft, input).decision
    if (got === one.expected) continue
    // Where the server that judges gives no answer, the failure may be new, and is taken to be.
    const before = await now(input)
    const isNew = before === undefined || before.decision === one.expected
    failed += 1
    if (isNew) broken += 1
    const { tool, family, why, expected } = one
    if (failures.length < MAX_FAILURES)
      failures.push({ tool, subject: subjectOf(one), family, why, expected, got, isNew })
  }
  return { cases: cases.length, passed: cases.length - failed, failures, broken }
}
