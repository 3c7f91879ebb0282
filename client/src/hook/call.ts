import { createHash } from 'node:crypto'
import type { Decision } from '@lighthouse/contract/decision'
import type { ValidationInput } from '../documents.js'

export type Fields = Readonly<Record<string, unknown>>

/** One tool call as validation is asked about it, whatever its agent calls the tool. */
export interface ToolCall {
  readonly toolName: string
  readonly toolInput: Fields
  readonly sessionId: string | undefined
  readonly cwd: string | undefined
  readonly requestId: string | undefined
  /** Nobody would see a question, so that asking would mean to run it. */
  readonly unattended: boolean
}

export const VERDICTS = { ALLOW: 'allow', ESCALATE: 'ask', BLOCK: 'deny' } as const satisfies Record<
  Decision,
  string
>
export type Verdict = (typeof VERDICTS)[Decision]

/** What a hook says of a call, and why. */
export interface Ruling {
  readonly verdict: Verdict
  readonly reason: string
}

/** One coding agent: how it tells its hooks of a call, and how it wants to be answered. */
export interface HookClient {
  /** The calls in its input (one patch may change several files); a text when it is none, saying why. */
  read(value: Fields): readonly ToolCall[] | string
  /** Whether it can put a question to its user; without that, what would be asked is denied. */
  readonly asks: boolean
  /** How it is told that nobody can tell: by exit code 2 with the reason on stderr, or by a denial on stdout. */
  readonly failsBy: 'exit' | 'denial'
  /** The JSON that says a ruling; undefined to say nothing, which leaves the call to its own permissions. */
  say(ruling: Ruling): object | undefined
}

/** What several clients spell the same: snake case, one event name, an object as input. */
export function readSnakeCase(value: Fields, event: string): ToolCall | string {
  const named = value['hook_event_name']
  if (named !== undefined && named !== event)
    return `hook_event_name is ${JSON.stringify(named)}, not ${event}`
  const toolName = value['tool_name']
  if (typeof toolName !== 'string' || toolName === '') return 'tool_name is missing'
  const toolInput = value['tool_input']
  if (!isObject(toolInput)) return 'tool_input is not an object'
  const mode = value['permission_mode']
  const sessionId = textOf(value['session_id'])
  return {
    toolName,
    toolInput,
    sessionId,
    cwd: textOf(value['cwd']),
    requestId: keyOf([sessionId, value['tool_use_id'], toolName, toolInput]),
    unattended: typeof mode === 'string' && UNATTENDED_MODES.has(mode),
  }
}

const UNATTENDED_MODES: ReadonlySet<string> = new Set(['headless', 'dontAsk', 'bypassPermissions'])

/**
 * The same call asked twice is one request; the same id with another input, which hooks before us may make, is not.
 * Undefined when the agent numbers its calls not at all.
 */
export function keyOf(
  parts: readonly [session: unknown, use: unknown, ...rest: unknown[]],
): string | undefined {
  if (textOf(parts[1]) === undefined) return undefined
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32)
}

export function inputOf({ toolName, toolInput, sessionId, cwd, requestId }: ToolCall): ValidationInput {
  return { toolName, toolInput, sessionId, cwd, requestId }
}

export function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
