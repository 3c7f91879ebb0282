import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ClickHouseClient, ClickHouseLogLevel, createClient } from '@clickhouse/client'
import { createRecorder, type Recorder, type RecorderOptions } from '../src/recorder/record.js'
import { type SpawnedAnalytics, type SpawnOptions, spawnAnalytics } from '../src/spawn.js'

export const WRITER = { user: 'writer', password: 'wr:t"er' }
export const ANALYST = { user: 'analyst', password: 'look' }
export const GATEWAY_SECRET = 'gateway secret'
export const TAP_SECRET = 'tap secret'

/** The real analytics process on a folder of its own. */
export interface Running extends AsyncDisposable {
  readonly dataDir: string
  readonly addresses: SpawnedAnalytics
  client(user?: { user: string; password: string }): ClickHouseClient
  recorder(options?: Partial<RecorderOptions>): Recorder
  /** Starts it again on the same folder and ports, as its supervisor does. */
  again(): Promise<SpawnedAnalytics>
  kill(): Promise<void>
}

export async function temporary(name: string): Promise<string> {
  return mkdtemp(join(tmpdir(), `lighthouse-${name}-`))
}

export async function startProcess(): Promise<Running> {
  const dataDir = await temporary('analytics')
  const options: SpawnOptions = {
    dataDir,
    gatewaySecret: GATEWAY_SECRET,
    tapSecret: TAP_SECRET,
    writer: WRITER,
    analyst: ANALYST,
  }
  let current = await spawnAnalytics(options)
  const { clickhouse, graphql, tap } = current
  const closers: (() => Promise<unknown>)[] = []
  return {
    dataDir,
    get addresses() {
      return current
    },
    client(user = WRITER) {
      const client = createClient({
        url: clickhouse,
        username: user.user,
        password: user.password,
        log: { level: ClickHouseLogLevel.OFF },
      })
      closers.push(() => client.close())
      return client
    },
    recorder(own = {}) {
      const spillDir = join(dataDir, 'gateway-spill')
      const recorder = createRecorder({
        ...WRITER,
        url: clickhouse,
        tapUrl: tap,
        tapSecret: TAP_SECRET,
        source: 'gateway',
        spillDir,
        flushMs: 100,
        ...own,
      })
      closers.push(async () => recorder[Symbol.asyncDispose]())
      return recorder
    },
    async again() {
      const ports = { clickhousePort: portOf(clickhouse), graphqlPort: portOf(graphql) }
      current = await spawnAnalytics({ ...options, ...ports })
      return current
    },
    async kill() {
      process.kill(current.pid, 'SIGKILL')
      await current.exited
    },
    async [Symbol.asyncDispose]() {
      for (const close of closers.reverse()) await close()
      await current[Symbol.asyncDispose]()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

function portOf(url: string): number {
  return Number(new URL(url).port)
}

/** Asks until the answer is true, at most `withinMs`; the last answer is in the error. */
export async function eventually<Result>(
  ask: () => Promise<Result>,
  isSo: (result: Result) => boolean,
  withinMs = 10_000,
): Promise<Result> {
  const deadline = performance.now() + withinMs
  for (;;) {
    const result = await ask()
    if (isSo(result)) return result
    if (performance.now() > deadline) throw new Error(`Not within ${withinMs} ms: ${JSON.stringify(result)}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

/** The rows of a query. */
export async function rowsOf<Row>(client: ClickHouseClient, query: string): Promise<Row[]> {
  const answer = await client.query({ query, format: 'JSONEachRow' })
  return answer.json<Row>()
}
