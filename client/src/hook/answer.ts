import type { Decision } from '@lighthouse/contract/decision'
import type { ValidationInput } from '../documents.js'
import {
  type Fields,
  type HookClient,
  inputOf,
  isObject,
  type Ruling,
  textOf,
  type ToolCall,
  VERDICTS,
} from './call.js'
import { clientOf, HOOK_CLIENTS, type HookClientName } from './clients.js'

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
  /** Whose hook it is; told by its input when absent. */
  readonly client?: HookClientName | undefined
  /** Milliseconds for the answer; past it the hook fails closed. */
  readonly budgetMs?: number | undefined
}

const MAX_STDIN_CHARS = 8 * 1024 * 1024
const DEFAULT_BUDGET_MS = 35_000

/** Tools that cannot change anything: when nobody can tell, the user is asked instead of the tool being stopped. */
const READ_ONLY_TOOLS: ReadonlySet<string> = new Set(['Read', 'Glob', 'Grep', 'LS'])

/**
 * Answers the hook that a coding agent calls before a tool: the JSON of its stdin in, exit code, stdout and stderr out.
 * Fails closed in that agent's own terms: malformed input, an unreachable or slow server and an answer that cannot be
 * read block the tool (or ask, for tools that only read, where somebody is there to be asked). Never rejects.
 */
export async function answerHook(stdin: string, ask: Ask, options: HookOptions = {}): Promise<HookResult> {
  return printed(await rule(stdin, ask, options))
}

/** The answer of a hook that never came as far as its input. */
export function refuseHook(why: string, client: HookClientName = 'claude-code'): HookResult {
  return printed({ client: HOOK_CLIENTS[client], ruling: { verdict: 'deny', reason: why }, failed: true })
}

function printed({ client, ruling, failed }: Ruled): HookResult {
  if (failed && ruling.verdict === 'deny' && client.failsBy === 'exit')
    return { exitCode: 2, stdout: '', stderr: `${ruling.reason.replaceAll(/\s+/g, ' ')}\n` }
  const said = client.say(ruling)
  return { exitCode: 0, stdout: said === undefined ? '' : `${JSON.stringify(said)}\n`, stderr: '' }
}

/** The same for a hook that is an HTTP endpoint: the body of the answer, which always says something. Never rejects. */
export async function answerHttpHook(body: string, ask: Ask, options: HookOptions = {}): Promise<string> {
  const { client, ruling } = await rule(body, ask, options)
  return JSON.stringify(client.say(ruling) ?? {})
}

interface Ruled {
  readonly client: HookClient
  readonly ruling: Ruling
  /** Nobody decided: the ruling is ours. */
  readonly failed: boolean
}

async function rule(stdin: string, ask: Ask, { client: named, budgetMs }: HookOptions): Promise<Ruled> {
  const value = parse(stdin)
  const client = HOOK_CLIENTS[named ?? (typeof value === 'string' ? 'claude-code' : clientOf(value))]
  const calls = typeof value === 'string' ? value : client.read(value)
  if (typeof calls === 'string') {
    const reason = `Lighthouse could not read the hook's input: ${calls}.`
    return { client, ruling: { verdict: 'deny', reason }, failed: true }
  }
  const limit = budgetMs ?? DEFAULT_BUDGET_MS
  const ruled = await Promise.all(calls.map((call) => ruleOne(call, ask, limit)))
  const { ruling, failed, unattended } = ruled.reduce((a, b) => (rank(b.ruling) > rank(a.ruling) ? b : a))
  if (ruling.verdict !== 'ask' || (client.asks && !unattended)) return { client, ruling, failed }
  const why = unattended ? 'Nobody is there to be asked.' : 'Ask your user to run it, or to have it allowed.'
  return { client, ruling: { verdict: 'deny', reason: `${ruling.reason} ${why}` }, failed }
}

function rank({ verdict }: Ruling): number {
  return ['allow', 'ask', 'deny'].indexOf(verdict)
}

async function ruleOne(
  call: ToolCall,
  ask: Ask,
  budgetMs: number,
): Promise<{ ruling: Ruling; failed: boolean; unattended: boolean }> {
  const { unattended } = call
  try {
    const ruling = settle(await within(ask(inputOf(call)), budgetMs))
    return { ruling, failed: false, unattended }
  } catch (error) {
    const why = `Lighthouse could not decide: ${error instanceof Error ? error.message : String(error)}`
    if (READ_ONLY_TOOLS.has(call.toolName))
      return { ruling: { verdict: 'ask', reason: why }, failed: true, unattended }
    const reason = `${why} ${call.toolName} is not run while nobody can tell whether it may.`
    return { ruling: { verdict: 'deny', reason }, failed: true, unattended }
  }
}

function parse(stdin: string): Fields | string {
  if (stdin.trim() === '') return 'stdin is empty'
  if (stdin.length > MAX_STDIN_CHARS) return `stdin is longer than ${MAX_STDIN_CHARS} characters`
  let value: unknown
  try {
    value = JSON.parse(stdin)
  } catch {
    return 'stdin is not JSON'
  }
  return isObject(value) ? value : 'stdin is not a JSON object'
}

function settle(answer: unknown): Ruling {
  if (!isObject(answer)) throw new Error('the answer is not a decision.')
  const { decision, reason, tier, id } = answer
  if (typeof decision !== 'string' || !Object.hasOwn(VERDICTS, decision))
    throw new Error(`the decision ${JSON.stringify(decision)} is unknown.`)
  const told = `${textOf(reason) ?? decision} [${textOf(tier) ?? 'unknown tier'}, decision ${textOf(id) ?? '?'}]`
  return { verdict: VERDICTS[decision as Decision], reason: told }
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
