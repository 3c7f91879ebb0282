import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { type Client, createClient } from 'graphql-ws'
import { WebSocket } from 'ws'

/** What `lighthouse up` prints when everything answers. */
export interface Ready {
  readonly graphql: string
  readonly ws: string
  readonly console: string
  readonly clickhouse: string
  readonly metrics: string
  readonly mcp: string
  readonly credentials: string
}

interface Credentials {
  readonly adminKey: string
  readonly agentKey: string
  readonly clickhouse: { readonly user: string; readonly password: string }
}

interface Answer<T> {
  readonly status: number
  readonly headers: Headers
  readonly body: {
    readonly data?: T
    readonly errors?: readonly { message: string; path?: unknown[]; extensions?: Record<string, unknown> }[]
  }
}

interface AskOptions {
  readonly variables?: Record<string, unknown>
  readonly key?: string
  readonly headers?: Record<string, string>
}

/** The real system in real processes: what a user starts, and nothing that a user does not have. */
export interface World extends AsyncDisposable {
  readonly ready: Ready
  readonly credentials: Credentials
  readonly dataDir: string
  readonly pid: number
  readonly startMs: number
  /** Sends one operation as the agent (or with `key`). */
  ask<T = Record<string, unknown>>(query: string, options?: AskOptions): Promise<Answer<T>>
  /** Asks ClickHouse over HTTP as the read-only analyst. */
  rows<T = Record<string, unknown>>(sql: string): Promise<T[]>
  /** Process ids of the children whose command line contains `name`. */
  children(name: string): Promise<number[]>
  /** Ends the main process at once, as a crash would. */
  crash(): Promise<void>
  /** Environment with which the command line and the mount find this instance. */
  readonly env: NodeJS.ProcessEnv
  /** Everything the process wrote to stderr so far. */
  log(): string
}

const ROOT = fileURLToPath(new URL('..', import.meta.url))
/** The command line as it is installed. */
export const LIGHTHOUSE = join(ROOT, 'cli/bin/lighthouse.mjs')
const READY_WITHIN_MS = 60_000

interface WorldOptions {
  /** An existing data directory (kept afterwards); a new temporary one (removed afterwards) when absent. */
  readonly dataDir?: string
  readonly flags?: readonly string[]
  readonly env?: NodeJS.ProcessEnv
}

/** Starts `lighthouse up --no-demo` on free ports and resolves when it is ready; rejects with its log when it is not. */
export async function startWorld({ dataDir, flags = [], env = {} }: WorldOptions = {}): Promise<World> {
  const directory = dataDir ?? (await mkdtemp(join(tmpdir(), 'lighthouse-e2e-')))
  const startedAt = performance.now()
  const child = spawn(
    process.execPath,
    [LIGHTHOUSE, 'up', '--no-demo', '--port', '0', '--data-dir', directory, ...flags],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } },
  )
  const stderr: string[] = []
  child.stderr.setEncoding('utf8').on('data', (text: string) => stderr.push(text))
  const log = () => stderr.join('')
  const ready = await readyLine(child, log)
  const credentials = JSON.parse(await readFile(ready.credentials, 'utf8')) as Credentials
  const pid = child.pid ?? 0

  return {
    ready,
    credentials,
    dataDir: directory,
    pid,
    startMs: performance.now() - startedAt,
    env: { ...process.env, LIGHTHOUSE_URL: ready.graphql, LIGHTHOUSE_KEY: credentials.agentKey },
    log,
    async ask<T>(
      query: string,
      { variables = {}, key = credentials.agentKey, headers = {} }: AskOptions = {},
    ) {
      const response = await fetch(ready.graphql, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${key}`, ...headers },
        body: JSON.stringify({ query, variables }),
      })
      return {
        status: response.status,
        headers: response.headers,
        body: (await response.json()) as Answer<T>['body'],
      }
    },
    async rows<T>(sql: string) {
      const { user, password } = credentials.clickhouse
      const response = await fetch(`${ready.clickhouse}/?default_format=JSONEachRow`, {
        method: 'POST',
        headers: { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` },
        body: sql,
      })
      const text = await response.text()
      if (!response.ok) throw new Error(`ClickHouse answered ${response.status}: ${text}`)
      return text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as T)
    },
    children: (name) => childrenOf(pid, name),
    async crash() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGTERM')
        const timer = setTimeout(() => child.kill('SIGKILL'), 15_000)
        await once(child, 'exit')
        clearTimeout(timer)
      }
      if (dataDir === undefined)
        await rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
    },
  }
}

async function readyLine(child: ChildProcess, log: () => string): Promise<Ready> {
  const { stdout } = child
  if (stdout === null) throw new Error('the process has no stdout')
  return await new Promise<Ready>((resolve, reject) => {
    const fail = (why: string) => {
      child.kill('SIGKILL')
      reject(new Error(`${why}\n${log()}`))
    }
    const timer = setTimeout(() => fail(`not ready within ${READY_WITHIN_MS} ms`), READY_WITHIN_MS)
    child.once('exit', (code) => fail(`ended with code ${code} before it was ready`))
    createInterface({ input: stdout }).on('line', (line) => {
      if (!line.startsWith('ready ')) return
      clearTimeout(timer)
      child.removeAllListeners('exit')
      resolve(JSON.parse(line.slice('ready '.length)) as Ready)
    })
  })
}

async function childrenOf(parent: number, name: string): Promise<number[]> {
  const found: number[] = []
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    try {
      const stat = await readFile(`/proc/${entry}/stat`, 'utf8')
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      if (Number(fields[1]) !== parent) continue
      const command = await readFile(`/proc/${entry}/cmdline`, 'utf8')
      if (command.includes(name)) found.push(Number(entry))
    } catch {
      // It ended while we looked.
    }
  }
  return found
}

/** Subscribes at the gateway of a world as the owner of a key. */
export function subscriber({ ready }: World, key: string): Client {
  return createClient({
    url: ready.ws,
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${key}` },
  })
}

/** Calls `probe` until it answers something, at most `withinMs`; the last error or undefined rejects. */
export async function eventually<T>(
  probe: () => Promise<T | undefined>,
  { withinMs = 5_000, everyMs = 50 }: { withinMs?: number; everyMs?: number } = {},
): Promise<T> {
  const deadline = performance.now() + withinMs
  let last: unknown
  for (;;) {
    try {
      const answer = await probe()
      if (answer !== undefined) return answer
    } catch (error) {
      last = error
    }
    if (performance.now() > deadline) throw new Error(`nothing within ${withinMs} ms`, { cause: last })
    await new Promise((resolve) => setTimeout(resolve, everyMs))
  }
}

/** The mutation that agents send, as the documentation spells it. */
export const VALIDATE = /* GraphQL */ `
  mutation V($i: ValidationInput!) {
    validateCommand(input: $i) {
      id decision tier confidence reason cacheHit
      tierTimings { tier ms outcome }
      agent { id role }
      events { sequence type }
    }
  }
`

export interface Validated {
  readonly validateCommand: {
    readonly id: string
    readonly decision: 'ALLOW' | 'BLOCK' | 'ESCALATE'
    readonly tier: string
    readonly confidence: string
    readonly reason: string
    readonly cacheHit: boolean
    readonly tierTimings: readonly { tier: string; ms: number; outcome: string }[]
    readonly agent: { id: string; role: string }
    readonly events: readonly { sequence: number; type: string }[]
  }
}

/** Variables of {@link VALIDATE} for a shell command. */
export function bash(command: string): { i: { toolName: string; toolInput: { command: string } } } {
  return { i: { toolName: 'Bash', toolInput: { command } } }
}
