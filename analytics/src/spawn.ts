import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { childEnvironment, environmentOf } from './config.js'
import { EXIT_CODES, WITH_PARENT } from './exit-codes.js'
import type { AnalyticsAddresses, AnalyticsOptions } from './start.js'

export interface SpawnOptions extends Omit<AnalyticsOptions, 'onWarning'> {
  /** How long the child may take to say that it is ready. Default 30 s. */
  readonly readyMs?: number
  /** Takes the child's log, line by line. */
  readonly onLog?: (line: string) => void
}

export interface SpawnedAnalytics extends AnalyticsAddresses, AsyncDisposable {
  readonly pid: number
  /** Resolves with the exit code (null after a signal) when the child ended, for whatever reason. */
  readonly exited: Promise<number | null>
}

/** The child ended before it was ready. `noEngine`: analytics is off on this machine until chDB or a server is there. */
export class AnalyticsStartError extends Error {
  override readonly name = 'AnalyticsStartError'
  readonly exitCode: number | null

  constructor(message: string, exitCode: number | null) {
    super(message)
    this.exitCode = exitCode
  }

  get noEngine(): boolean {
    return this.exitCode === EXIT_CODES.noEngine
  }
}

const STOP_MS = 10_000
const MAX_LOG_LINES = 20

/**
 * Starts the analytics process and waits until it is ready. It ends with this process. Starting it again after a crash
 * is the caller's job: with the same options and the ports that `clickhouse` and `graphql` named. Throws
 * AnalyticsStartError when it ends first or is not ready in time.
 */
export async function spawnAnalytics(options: SpawnOptions): Promise<SpawnedAnalytics> {
  const { readyMs = 30_000, onLog } = options
  const entry = fileURLToPath(new URL(import.meta.url.replace(/spawn\.([jt]s)$/, 'main.$1')))
  const child = spawn(process.execPath, [...nodeArguments(entry), entry, WITH_PARENT], {
    env: childEnvironment(environmentOf(options)),
    stdio: ['pipe', 'pipe', 'pipe'],
    // A group of its own: Ctrl-C in a terminal reaches the parent alone, which stops us after those who need us.
    detached: true,
  })
  // The pipe only tells the child that we live; a child that died breaks it.
  child.stdin.on('error', () => undefined)
  const exited = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => resolve(code))
    child.once('error', () => resolve(null))
  })
  const log: string[] = []
  createInterface({ input: child.stderr }).on('line', (line) => {
    log.push(line)
    if (log.length > MAX_LOG_LINES) log.shift()
    onLog?.(line)
  })
  try {
    const addresses = await ready(child, exited, readyMs)
    return {
      ...addresses,
      pid: child.pid ?? 0,
      exited,
      [Symbol.asyncDispose]: () => stop(child, exited),
    }
  } catch (error) {
    await stop(child, exited)
    const why = error instanceof Error ? error.message : String(error)
    throw new AnalyticsStartError([why, ...log].join('\n'), child.exitCode)
  }
}

/** The child runs as its parent does; a parent that runs TypeScript in another way needs a loader for the child. */
function nodeArguments(entry: string): readonly string[] {
  const loads = process.execArgv.some((argument) => argument.includes('tsx'))
  return !entry.endsWith('.ts') || loads ? process.execArgv : ['--conditions=source', '--import', 'tsx']
}

async function ready(
  child: ChildProcess,
  exited: Promise<number | null>,
  readyMs: number,
): Promise<AnalyticsAddresses> {
  const { stdout } = child
  if (stdout === null) throw new Error('The analytics process has no output.')
  const lines = createInterface({ input: stdout })
  const timeout = AbortSignal.timeout(readyMs)
  const said = (async () => {
    for (;;) {
      const [line] = (await once(lines, 'line', { signal: timeout })) as [string]
      if (line.startsWith('ready ')) return JSON.parse(line.slice('ready '.length)) as AnalyticsAddresses
    }
  })()
  const died = exited.then((code) => {
    throw new Error(`The analytics process ended with ${code} before it was ready.`)
  })
  died.catch(() => undefined)
  return Promise.race([said, died])
}

async function stop(child: ChildProcess, exited: Promise<number | null>): Promise<void> {
  child.stdin?.end()
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
  await exited
  clearTimeout(timer)
}
