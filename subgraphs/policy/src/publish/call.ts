import type { AgentRole } from '@lighthouse/contract/principal'
import type { PolicyInput } from '../engine/evaluate.js'

/** One tool call as it is judged again. */
export interface KnownCall {
  readonly tool: string
  readonly input: Readonly<Record<string, unknown>>
  readonly cwd: string | undefined
  readonly projectRoot: string | undefined
  readonly role: AgentRole
  readonly agentId: string
}

/** Reads what a call would do, as validation does; never throws. */
export type Understand = (call: {
  readonly toolName: string
  readonly toolInput: Readonly<Record<string, unknown>>
  readonly cwd: string | undefined
  readonly projectRoot: string | undefined
}) => Pick<PolicyInput, 'effects'>

/** What the rules are asked about a call: what validation would ask. */
export function inputOf(call: KnownCall, understand: Understand): PolicyInput {
  const { tool, input, cwd, projectRoot, role, agentId } = call
  const { effects } = understand({ toolName: tool, toolInput: input, cwd, projectRoot })
  return { tool: tool.slice(0, 200), role, agentId, project: (projectRoot ?? cwd)?.slice(0, 1_000), effects }
}

/** What people call it by, at most 200 characters. */
export function subjectOf({ tool, input }: Pick<KnownCall, 'tool' | 'input'>): string {
  const named = ['command', 'file_path', 'path', 'url', 'query', 'pattern'].map((key) => input[key])
  return String(named.find((text) => typeof text === 'string') ?? tool).slice(0, 200)
}

const TURN_EVERY = 25

/** Lets other work have its turn: whoever judges thousands of calls shares the process with those who wait for one. */
export async function turn(done: number): Promise<void> {
  if (done % TURN_EVERY === 0) await new Promise((resolve) => setImmediate(resolve))
}
