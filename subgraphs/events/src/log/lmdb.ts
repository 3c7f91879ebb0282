import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type RootDatabase, open } from 'lmdb'
import { messageOf } from '@lighthouse/chassis/errors'
import type { LogEvent } from '../event.js'
import type { EventLog, SealedEvent, Span } from './event-log.js'
import { type LmdbIndex, isIndexed, openLmdbIndex } from './lmdb-index.js'
import { decodeRecord } from './record.js'

/** What lmdb's writes return with `separateFlushed`; its types do not say so. */
type FlushedLater = Promise<boolean> & { readonly flushed: Promise<unknown> }

type Records = RootDatabase<Buffer, number>

/**
 * The event log on LMDB: a memory-mapped file of records by sequence, read without system calls, and an index beside it
 * that follows. `write` resolves when its commit is synced; callers group. Rejects when the folder cannot be written or a
 * record that is needed to open is corrupt.
 */
export async function openLmdbLog({ dir }: { readonly dir: string }): Promise<EventLog> {
  mkdirSync(dir, { recursive: true, mode: 0o700 })
  const records = open<Buffer, number>({ path: join(dir, 'log'), encoding: 'binary', separateFlushed: true })
  const [last] = [...records.getKeys({ reverse: true, limit: 1 })]
  let head = last ?? 0
  let lastTimestamp = head === 0 ? 0 : readRecord(records, head).timestamp
  let failure: string | undefined
  const index = await openLmdbIndex(dir, head)
  await catchUp(index, records, head)

  return {
    get head() {
      return head
    },
    get lastTimestamp() {
      return lastTimestamp
    },
    get failure() {
      return failure
    },
    look: async (ids, aggregateIds) => index.look(ids, aggregateIds),
    async write(events) {
      if (failure !== undefined) throw new Error(failure)
      const newest = events.at(-1)?.event
      if (newest === undefined) return
      try {
        await index.room()
        await commit(records, events, head)
      } catch (thrown) {
        failure = `The event log was closed for writing: ${messageOf(thrown)}`
        throw new Error(failure, { cause: thrown })
      }
      head = newest.sequence
      lastTimestamp = newest.timestamp
      index.add(events.map(({ event: { data: _, ...entry } }) => entry))
    },
    candidates: async (filter, span) => (isIndexed(filter) ? index.candidates(filter, span) : all(span)),
    get: async (sequences) => sequences.map((sequence) => readRecord(records, sequence)),
    async [Symbol.asyncDispose]() {
      failure ??= 'The event log is closed.'
      await index[Symbol.asyncDispose]()
      await records.close()
    },
  }
}

/** Writes all or none. */
async function commit(records: Records, events: readonly SealedEvent[], head: number): Promise<void> {
  const first = events[0]?.event.sequence ?? 0
  if (first !== head + 1) throw new Error(`the next sequence is ${head + 1}, not ${first}`)
  // The condition fences: a second process that writes to this log has taken the sequence, and neither may go on.
  const committed = records.ifNoExists(first, () => {
    for (const { event, bytes } of events) void records.put(event.sequence, bytes)
  }) as FlushedLater
  const written = await committed
  if (!written) throw new Error(`another process has written event ${first}`)
  // Committed is only visible. What is not synced may be taken back by power loss, and `head` hides it until it is.
  await committed.flushed
}

function readRecord(records: Records, sequence: number): LogEvent {
  return decodeRecord(sequence, records.getBinaryFast(sequence))
}

function all({ after, upTo, limit, backwards }: Span): readonly number[] {
  const length = Math.max(0, Math.min(limit, upTo - after))
  return Array.from({ length }, (_, at) => (backwards ? upTo - at : after + 1 + at))
}

/** Gives the index what it does not have, a stride at a time. */
async function catchUp(index: LmdbIndex, records: Records, head: number): Promise<void> {
  const STRIDE = 1_000
  for (let after = index.upTo; after < head; after += STRIDE) {
    const sequences = all({ after, upTo: head, limit: STRIDE, backwards: false })
    index.add(sequences.map((sequence) => readRecord(records, sequence)))
    await index.room()
  }
}
