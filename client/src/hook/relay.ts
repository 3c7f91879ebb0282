import { readFileSync } from 'node:fs'
import { createConnection, type Socket } from 'node:net'
import { join } from 'node:path'
import { readConfig } from '../config.js'

/** Where a local instance answers hooks, in its data directory. */
export const HOOK_SOCKET = 'hook.sock'

/** What precedes the hook's stdin on that socket: one line of JSON. */
export interface RelayHead {
  readonly key: string
  readonly client: string | undefined
  readonly budgetMs: number
}

export interface Relayed {
  readonly exitCode: number
  readonly stdout: string
  readonly stderr: string
}

const CONNECT_WITHIN_MS = 1_000
/** Past the budget the server fails closed by itself; a little later we do. */
const GRACE_MS = 1_000
const MAX_ANSWER_CHARS = 1024 * 1024

/**
 * Hands a hook's stdin to the instance of this machine, which does all the work: loading what asks, parses and answers
 * costs a process ten times what this file does. Undefined, with stdin untouched, when that way is not open: other
 * flags than --for and --data-dir, an address in the environment, no instance. Never rejects; once stdin was taken, no
 * answer means exit code 2.
 */
export async function relayHook(
  args: readonly string[],
  stdin: NodeJS.ReadStream,
): Promise<Relayed | undefined> {
  const config = readConfig()
  const flags = readFlags(args)
  if (flags === undefined || (config.url !== undefined && flags.dataDir === undefined)) return undefined
  const dataDir = flags.dataDir ?? config.dataDir
  const key = config.key ?? agentKey(dataDir)
  if (key === undefined) return undefined
  const socket = await connect(join(dataDir, HOOK_SOCKET))
  if (socket === undefined) return undefined
  const budgetMs = config.hookBudgetMs ?? DEFAULT_BUDGET_MS
  const head: RelayHead = { key, client: flags.client, budgetMs }
  socket.write(`${JSON.stringify(head)}\n`)
  stdin.pipe(socket)
  const answer = await answerOf(socket, budgetMs + GRACE_MS)
  return typeof answer === 'string' ? await refused(answer, flags.client) : answer
}

/** Below the timeout that agents give a hook (60 s), above what an expert may take (30 s). */
export const DEFAULT_BUDGET_MS = 35_000

interface Flags {
  readonly client: string | undefined
  readonly dataDir: string | undefined
}

/** Undefined for anything but `--for X` and `--data-dir D`: the command line itself is to deal with it. */
function readFlags(args: readonly string[]): Flags | undefined {
  const found: Record<string, string> = {}
  for (let i = 0; i < args.length; i += 2) {
    const [name, value] = [args[i], args[i + 1]]
    if ((name !== '--for' && name !== '--data-dir') || value === undefined) return undefined
    found[name] = value
  }
  return { client: found['--for'], dataDir: found['--data-dir'] }
}

function agentKey(dataDir: string): string | undefined {
  try {
    const { agentKey: key } = JSON.parse(readFileSync(join(dataDir, 'credentials.json'), 'utf8')) as {
      agentKey?: unknown
    }
    return typeof key === 'string' ? key : undefined
  } catch {
    return undefined
  }
}

function connect(path: string): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = createConnection({ path, allowHalfOpen: true })
    const timer = setTimeout(() => socket.destroy(new Error('slow')), CONNECT_WITHIN_MS)
    socket.once('connect', () => {
      clearTimeout(timer)
      resolve(socket)
    })
    socket.once('error', () => {
      clearTimeout(timer)
      resolve(undefined)
    })
  })
}

/** The answer, or why there is none. */
function answerOf(socket: Socket, withinMs: number): Promise<Relayed | string> {
  return new Promise((resolve) => {
    let text = ''
    const end = (result: Relayed | string): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve(result)
    }
    const timer = setTimeout(() => end(`no answer within ${withinMs} ms`), withinMs)
    socket.setEncoding('utf8')
    socket.on('data', (chunk: string) => {
      text += chunk
      if (text.length > MAX_ANSWER_CHARS) end('the answer is too long')
    })
    socket.once('error', (error) => end(`the connection broke (${error.message})`))
    socket.once('end', () => end(readAnswer(text) ?? 'the instance of this machine gave no answer'))
  })
}

/** Loaded only when it is needed: that is seldom, and would be most of this process. */
async function refused(why: string, client: string | undefined): Promise<Relayed> {
  const [{ refuseHook }, { isHookClient }] = await Promise.all([
    import('./answer.js'),
    import('./clients.js'),
  ])
  const named = client !== undefined && isHookClient(client) ? client : undefined
  return refuseHook(`Lighthouse could not decide: ${why}.`, named)
}

function readAnswer(text: string): Relayed | undefined {
  try {
    const value = JSON.parse(text) as Partial<Relayed> | null
    if (value === null || (value.exitCode !== 0 && value.exitCode !== 2)) return undefined
    const { exitCode, stdout, stderr } = value
    return typeof stdout === 'string' && typeof stderr === 'string' ? { exitCode, stdout, stderr } : undefined
  } catch {
    return undefined
  }
}
