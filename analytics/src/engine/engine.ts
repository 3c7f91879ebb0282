import { randomUUID } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { refusal } from './engine-error.js'
import { type InsertTarget, loadChdb, OneShotSession, type Settings } from './session.js'
import { Slots } from './slots.js'

/** One statement as the door understood it. */
export interface EngineQuery {
  readonly sql: string
  /** Used when the statement names none. */
  readonly format: string
  readonly params: Readonly<Record<string, unknown>>
  readonly settings: Settings
  readonly database: string | undefined
  /** Stops the query inside the engine, not only the waiting for it. */
  readonly signal: AbortSignal
}

export interface EngineInsert {
  readonly into: InsertTarget
  readonly rows: Buffer
  readonly settings: Settings
  readonly database: string | undefined
}

export interface EngineAnswer {
  readonly bytes: Uint8Array
  readonly readRows: number
  readonly readBytes: number
  readonly elapsedNs: number
}

/** An embedded ClickHouse. Rejections are EngineErrors. */
export interface Engine extends AsyncDisposable {
  query(query: EngineQuery): Promise<EngineAnswer>
  /** The bytes of a body in an encoding that Node 20 does not read: lz4 or zstd. */
  decompress(bytes: Buffer, encoding: 'lz4' | 'zstd'): Promise<Buffer>
  /** Resolves with the rows sent once they are in the table and its roll-ups. */
  insert(insert: EngineInsert): Promise<number>
  readonly version: string
  readonly timezone: string
}

/** chDB is not installed, or not made for this platform. */
export class EngineMissingError extends Error {
  override readonly name = 'EngineMissingError'
}

/** Reads may use more threads than ingest, and never all of them. */
const READ_SLOTS = { running: 6, waiting: 256 }
const INSERT_SLOTS = { running: 2, waiting: 256 }

/** A small body may hold a large one. */
const DECOMPRESS_LIMITS = {
  max_memory_usage: 1_000_000_000,
  max_result_bytes: 256_000_000,
  result_overflow_mode: 'throw',
}

/**
 * Opens chDB on a folder of its own. One process owns a folder; a process opens one folder. Throws EngineMissingError
 * without chDB, and Error when another process owns the folder.
 */
export async function openEngine({ dataDir }: { dataDir: string }): Promise<Engine> {
  const chdb = await loadChdb()
  if (chdb === undefined) {
    throw new EngineMissingError(
      'The embedded ClickHouse (npm package chdb, Linux glibc or macOS) is not installed. Run `npm install chdb`, or ' +
        'set CLICKHOUSE_URL, CLICKHOUSE_USER and CLICKHOUSE_PASSWORD to use a server.',
    )
  }
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const inbox = `${dataDir}-inbox`
  await rm(inbox, { recursive: true, force: true })
  await mkdir(inbox, { mode: 0o700 })
  const reads = new Slots(READ_SLOTS)
  const inserts = new Slots(INSERT_SLOTS)
  const open = (): OneShotSession => new OneShotSession(chdb, dataDir)
  // One session stays open, because closing the last one closes the engine.
  const anchor = anchorOf(open, dataDir)
  const about = await anchor.query('SELECT version() AS version, timezone() AS timezone', 'JSONEachRow', {})
  const { version, timezone } = JSON.parse(about.text()) as { version: string; timezone: string }

  return {
    version,
    timezone,
    query: (query) => reads.run(() => runQuery(open, query)),
    insert: ({ into, rows, settings, database }) =>
      inserts.run(async () => {
        using session = open()
        await session.prepare({ settings, database })
        return await session.insert(into, rows, inbox)
      }),
    decompress: (bytes, encoding) =>
      inserts.run(async () => {
        using session = open()
        await session.prepare({ settings: DECOMPRESS_LIMITS, database: undefined })
        return await session.decompress(bytes, encoding, inbox)
      }),
    async [Symbol.asyncDispose]() {
      anchor[Symbol.dispose]()
      await chdb.drainPending()
    },
  }
}

function anchorOf(open: () => OneShotSession, dataDir: string): OneShotSession {
  try {
    return open()
  } catch (error) {
    throw new Error(`Cannot open ${dataDir}; another analytics process may own it. ${String(error)}`, {
      cause: error,
    })
  }
}

async function runQuery(open: () => OneShotSession, query: EngineQuery): Promise<EngineAnswer> {
  if (query.signal.aborted) throw refusal(394, 'QUERY_WAS_CANCELLED', 'The client went away.')
  using session = open()
  await session.prepare(query)
  // Aborting chDB's promise leaves the query running, so it is found by this mark and killed from another session.
  const mark = `lighthouse:${randomUUID()}`
  const kill = (): void => void killMarked(open, mark)
  query.signal.addEventListener('abort', kill, { once: true })
  try {
    const answer = await session.query(`/* ${mark} */ ${query.sql}`, query.format, query.params)
    const { rowsRead, bytesRead, elapsed } = answer
    return {
      bytes: answer.bytes(),
      readRows: rowsRead,
      readBytes: bytesRead,
      elapsedNs: Math.round(elapsed * 1e9),
    }
  } finally {
    query.signal.removeEventListener('abort', kill)
  }
}

async function killMarked(open: () => OneShotSession, mark: string): Promise<void> {
  using session = open()
  const where = `query LIKE '%${mark}%' AND query NOT LIKE 'KILL%'`
  await session.query(`KILL QUERY WHERE ${where} ASYNC`, 'Null', {}).catch(() => undefined)
}
