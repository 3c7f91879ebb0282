import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Principal } from '@lighthouse/contract/principal'
import type { SubgraphRequest } from '@lighthouse/contract/subgraph-request'
import { onTestFinished, vi } from 'vitest'
import { type Appender, createAppender } from '../src/append.js'
import type { EventInput } from '../src/event.js'
import type { EventLog } from '../src/log/event-log.js'
import { openLmdbLog } from '../src/log/lmdb.js'
import { type Tail, createTail } from '../src/tail.js'

// Every append is synced to a disk that others use too.
vi.setConfig({ testTimeout: 30_000 })

export const AGENT: Principal = { agentId: 'agent', role: 'AGENT', keyId: 'key-1' }

/** A folder that is gone when the test is. */
export function tempDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'lighthouse-events-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  return dir
}

export interface OpenLog extends AsyncDisposable {
  readonly log: EventLog
  readonly tail: Tail
  readonly appender: Appender
}

/** The log of a folder with what stands on it. */
export async function openLog(dir: string, clock?: () => number): Promise<OpenLog> {
  const log = await openLmdbLog({ dir })
  const tail = createTail(log.head)
  const appender = createAppender({ log, tail, ...(clock !== undefined && { clock }) })
  return {
    log,
    tail,
    appender,
    async [Symbol.asyncDispose]() {
      await appender.idle()
      await log[Symbol.asyncDispose]()
    },
  }
}

/** The same, closed when the test is finished. */
export async function openTestLog(dir = tempDir(), clock?: () => number): Promise<OpenLog> {
  const opened = await openLog(dir, clock)
  onTestFinished(() => opened[Symbol.asyncDispose]())
  return opened
}

export function input(over: Partial<EventInput> = {}): EventInput {
  return { type: 'CUSTOM', aggregateId: 'a', data: { hello: 'world' }, ...over }
}

/** A request with defaults that a test overrides. */
export function ask(query: string, over: Partial<SubgraphRequest> = {}): SubgraphRequest {
  return {
    query,
    variables: {},
    principal: AGENT,
    requestId: 'request-1',
    traceId: 'a'.repeat(32),
    deadlineAt: Date.now() + 5_000,
    signal: new AbortController().signal,
    noteStop: undefined,
    ...over,
  }
}
