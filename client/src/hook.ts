import { createHash } from 'node:crypto'
import type { Decision } from '@lighthouse/contract/decision'
import type { ValidationInput } from './documents.js'

/** What the hook needs of a decision. */
export interface HookDecision {
  readonly id: string
  readonly decision: Decision
  readonly tier: string
  readonly reason: string
}

/** Asks for a decision; a rejection means that nobody could tell. */
export type Ask = (input: ValidationInput) => Promise<HookDecision>

/** What the process must do. Other exit codes than 0 and 2 do not block a tool, so there are none. */
export interface HookResult {
  readonly exitCode: 0 | 2
  readonly stdout: string
  readonly stderr: string
}

export interface HookOptions {
  /** Milliseconds for the answer; past it the hook fails closed. */
  readonly budgetMs?: number
}

const MAX_STDIN_CHARS = 8 * 1024 * 1024
const DEFAULT_BUDGET_MS = 35_000

/** Tools that cannot change anything: when nobody can tell, the user is asked instead of the tool being stopped. */
const READ_ONLY_TOOLS: ReadonlySet<string> = new Set(['Read', 'Glob', 'Grep', 'LS'])

/** Modes in which nobody would see the question, so that asking would mean to run it. */
const UNATTENDED_MODES: ReadonlySet<string> = new Set(['headless', 'dontAsk', 'bypassPermissions'])

const VERDICTS = { ALLOW: 'allow', ESCALATE: 'ask', BLOCK: 'deny' } as const satisfies Record<
  Decision,
  string
>

/**
 * Answers a coding agent's PreToolUse hook: the JSON of its stdin in, exit code, stdout and stderr out. Fails closed:
 * malformed input, an unreachable or slow server and an answer that cannot be read give exit code 2 (or `ask` for
 * tools that only read, where somebody is there to be asked). Never rejects.
 * Protocol: Claude Code, hooks reference, PreToolUse.
 */
export async function answerHook(stdin: string, ask: Ask, options: HookOptions = {}): Promise<HookResult> {
  const call = readCall(stdin)
  if (typeof call === 'string') return blocked(`Lighthouse could not read the hook's input: ${call}.`)
  try {
    const decision = await within(ask(inputOf(call)), options.budgetMs ?? DEFAULT_BUDGET_MS)
    return settle(call, decision)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return failClosed(call, `Lighthouse could not decide: ${why}`)
  }
}

interface ToolCall {
  readonly toolName: string
  readonly toolInput: Readonly<Record<string, unknown>>
  readonly sessionId: string | undefined
  readonly cwd: string | undefined
  readonly requestId: string | undefined
  readonly unattended: boolean
}

function readCall(stdin: string): ToolCall | string {
  if (stdin.trim() === '') return 'stdin is empty'
  if (stdin.length > MAX_STDIN_CHARS) return `stdin is longer than ${MAX_STDIN_CHARS} characters`
  let value: unknown
  try {
    value = JSON.parse(stdin)
  } catch {
    return 'stdin is not JSON'
  }
  if (!isObject(value)) return 'stdin is not a JSON object'
  const event = value['hook_event_name']
  if (event !== undefined && event !== 'PreToolUse')
    return `hook_event_name is ${JSON.stringify(event)}, not PreToolUse`
  const toolName = value['tool_name']
  if (typeof toolName !== 'string' || toolName === '') return 'tool_name is missing'
  const toolInput = value['tool_input']
  if (!isObject(toolInput)) return 'tool_input is not an object'
  const mode = value['permission_mode']
  return {
    toolName,
    toolInput,
    sessionId: textOf(value['session_id']),
    cwd: textOf(value['cwd']),
    requestId: keyOf(value),
    unattended: typeof mode === 'string' && UNATTENDED_MODES.has(mode),
  }
}

/** The same call asked twice is one request; the same id with another input, which hooks before us may make, is not. */
function keyOf(call: Readonly<Record<string, unknown>>): string | undefined {
  const { session_id, tool_use_id, tool_name, tool_input } = call
  if (textOf(tool_use_id) === undefined) return undefined
  const all = JSON.stringify([session_id, tool_use_id, tool_name, tool_input])
  return createHash('sha256').update(all).digest('hex').slice(0, 32)
}

function inputOf(call: ToolCall): ValidationInput {
  const { toolName, toolInput, sessionId, cwd, requestId } = call
  return { toolName, toolInput, sessionId, cwd, requestId }
}

function settle(call: ToolCall, answer: unknown): HookResult {
  if (!isObject(answer)) return failClosed(call, 'Lighthouse answered with something that is not a decision.')
  const { decision, reason, tier, id } = answer
  if (typeof decision !== 'string' || !Object.hasOwn(VERDICTS, decision))
    return failClosed(call, `Lighthouse answered with an unknown decision: ${JSON.stringify(decision)}.`)
  const verdict = VERDICTS[decision as Decision]
  const told = `${textOf(reason) ?? decision} [${textOf(tier) ?? 'unknown tier'}, decision ${textOf(id) ?? '?'}]`
  if (verdict === 'ask' && call.unattended) return permission('deny', `${told} Nobody is there to be asked.`)
  return permission(verdict, told)
}

function failClosed(call: ToolCall, why: string): HookResult {
  if (READ_ONLY_TOOLS.has(call.toolName) && !call.unattended) return permission('ask', why)
  return blocked(`${why} ${call.toolName} is not run while nobody can tell whether it may.`)
}

function permission(
  permissionDecision: 'allow' | 'ask' | 'deny',
  permissionDecisionReason: string,
): HookResult {
  const hookSpecificOutput = { hookEventName: 'PreToolUse', permissionDecision, permissionDecisionReason }
  return { exitCode: 0, stdout: `${JSON.stringify({ hookSpecificOutput })}\n`, stderr: '' }
}

function blocked(why: string): HookResult {
  return { exitCode: 2, stdout: '', stderr: `${why.replaceAll(/\s+/g, ' ')}\n` }
}

async function within<T>(work: Promise<T>, budgetMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${budgetMs} ms`)), budgetMs)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
