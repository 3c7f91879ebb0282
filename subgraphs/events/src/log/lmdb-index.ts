import { join } from 'node:path'
import { type Database, type Key, type RootDatabase, open } from 'lmdb'
import { type EventFilter, type LogEvent, isGiven, matches } from '../event.js'
import type { Known, Span } from './event-log.js'

/** What the index knows of an event. */
export type Entry = Omit<LogEvent, 'data'>

/**
 * The index of a log: ids, versions, types, aggregates, agents. It follows the log: entries are found at once, from memory,
 * and written behind in batches, so that no append waits for the scattered pages of an index. What a crash takes back is
 * read from the log again.
 */
export interface LmdbIndex extends AsyncDisposable {
  /** The last sequence that is written; what follows is in memory. */
  readonly upTo: number
  /** Takes the entries that follow those before. */
  add(entries: readonly Entry[]): void
  /** Resolves when fewer than 20,000 entries wait to be written. Rejects when the index cannot be written. */
  room(): Promise<void>
  look(ids: readonly string[], aggregateIds: readonly string[]): Known
  /** See EventLog.candidates; not for a filter without types, aggregateId or agentId. */
  candidates(filter: EventFilter, span: Span): readonly number[]
}

/** Whether an index narrows a filter down. */
export function isIndexed({ types, aggregateId, agentId }: EventFilter): boolean {
  return isGiven(types) || isGiven(aggregateId) || isGiven(agentId)
}

const MAX_WAITING = 20_000
/** Entries written together, and how long the first of them waits for company. */
const BATCH = 4_000
const BATCH_MS = 200

type By = Database<string, [string, number]>

interface Tables {
  readonly root: RootDatabase<number, Key>
  readonly ids: Database<number, string>
  readonly versions: Database<number, string>
  readonly byType: By
  readonly byAggregate: By
  readonly byAgent: By
}

/** Of an aggregate, what is not written yet: its version, and the sequences in order. */
interface Recent {
  version: number
  readonly sequences: number[]
}

const UP_TO = 'up-to'

/** Opens the index in a folder. `head` is the log's: an index that is ahead of it belongs to another log and is emptied. */
export async function openLmdbIndex(dir: string, head: number): Promise<LmdbIndex> {
  const tables = openTables(join(dir, 'index'))
  let upTo = tables.root.get(UP_TO) ?? 0
  if (upTo > head) {
    const { root, ids, versions, byType, byAggregate, byAgent } = tables
    for (const table of [ids, versions, byType, byAggregate, byAgent]) await table.clearAsync()
    await root.put(UP_TO, 0)
    upTo = 0
  }
  let waiting: Entry[] = []
  const ids = new Map<string, number>()
  const aggregates = new Map<string, Recent>()
  let timer: NodeJS.Timeout | undefined
  let flushing: Promise<void> | undefined

  const flush = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, BATCH)
      await putAll(tables, batch)
      upTo = batch.at(-1)?.sequence ?? upTo
      waiting = waiting.slice(batch.length)
      for (const { id, aggregateId } of batch) {
        ids.delete(id)
        const recent = aggregates.get(aggregateId)
        recent?.sequences.shift()
        if (recent?.sequences.length === 0) aggregates.delete(aggregateId)
      }
    }
  }
  const start = (): Promise<void> => {
    clearTimeout(timer)
    timer = undefined
    flushing ??= flush().finally(() => {
      flushing = undefined
    })
    return flushing
  }
  // Nobody waits for a batch in the background; its failure is room's to tell.
  const startSoon = () => void start().catch(() => {})

  return {
    get upTo() {
      return upTo
    },
    add(entries) {
      waiting.push(...entries)
      for (const { id, sequence, aggregateId, aggregateVersion } of entries) {
        ids.set(id, sequence)
        const recent = aggregates.get(aggregateId)
        if (recent === undefined)
          aggregates.set(aggregateId, { version: aggregateVersion, sequences: [sequence] })
        else {
          recent.version = aggregateVersion
          recent.sequences.push(sequence)
        }
      }
      if (waiting.length >= BATCH) startSoon()
      else timer ??= setTimeout(startSoon, BATCH_MS).unref()
    },
    async room() {
      if (waiting.length >= MAX_WAITING) await start()
    },
    look: (wanted, aggregateIds) => ({
      sequences: find(wanted, (id) => ids.get(id) ?? tables.ids.get(id)),
      versions: find(aggregateIds, (each) => aggregates.get(each)?.version ?? tables.versions.get(each)),
    }),
    candidates(filter, span) {
      const kept = candidates(tables, filter, { ...span, upTo: Math.min(span.upTo, upTo) })
      const own = isGiven(filter.aggregateId)
        ? (aggregates.get(filter.aggregateId)?.sequences ?? [])
        : waiting.filter((entry) => matches(entry, filter)).map(({ sequence }) => sequence)
      const from = Math.max(span.after, upTo)
      const recent = own.filter((sequence) => sequence > from && sequence <= span.upTo)
      return (span.backwards ? [...recent.reverse(), ...kept] : [...kept, ...recent]).slice(0, span.limit)
    },
    async [Symbol.asyncDispose]() {
      clearTimeout(timer)
      await start().catch(() => {})
      await tables.root.close()
    },
  }
}

function openTables(path: string): Tables {
  const root = open<number, Key>({ path, encoding: 'ordered-binary', maxDbs: 8 })
  const by = (name: string) => root.openDB<string, [string, number]>({ name, encoding: 'string' })
  return {
    root,
    ids: root.openDB<number, string>({ name: 'ids', encoding: 'ordered-binary' }),
    versions: root.openDB<number, string>({ name: 'versions', encoding: 'ordered-binary' }),
    byType: by('by-type'),
    byAggregate: by('by-aggregate'),
    byAgent: by('by-agent'),
  }
}

/** One transaction: the entries, and up to where the index now goes. */
async function putAll(tables: Tables, entries: readonly Entry[]): Promise<void> {
  const last = entries.at(-1)
  if (last === undefined) return
  await tables.root.batch(() => {
    for (const { sequence, id, type, aggregateId, aggregateVersion, agentId } of entries) {
      void tables.ids.put(id, sequence)
      void tables.versions.put(aggregateId, aggregateVersion)
      void tables.byType.put([type, sequence], '')
      void tables.byAggregate.put([aggregateId, sequence], '')
      void tables.byAgent.put([agentId, sequence], '')
    }
    void tables.root.put(UP_TO, last.sequence)
  })
}

function find(
  keys: readonly string[],
  get: (key: string) => number | undefined,
): ReadonlyMap<string, number> {
  const found = new Map<string, number>()
  for (const key of keys) {
    const value = found.has(key) ? undefined : get(key)
    if (value !== undefined) found.set(key, value)
  }
  return found
}

function candidates(tables: Tables, filter: EventFilter, span: Span): readonly number[] {
  if (span.after >= span.upTo) return []
  if (isGiven(filter.aggregateId)) return entriesOf(tables.byAggregate, filter.aggregateId, span)
  if (isGiven(filter.types)) {
    const found = [...new Set(filter.types)].flatMap((type) => entriesOf(tables.byType, type, span))
    return found.sort((a, b) => (span.backwards ? b - a : a - b)).slice(0, span.limit)
  }
  return isGiven(filter.agentId) ? entriesOf(tables.byAgent, filter.agentId, span) : []
}

function entriesOf(table: By, name: string, { after, upTo, limit, backwards }: Span): number[] {
  const range = backwards
    ? { start: [name, upTo], end: [name, after], reverse: true, limit }
    : { start: [name, after + 1], end: [name, upTo + 1], limit }
  return [...table.getKeys(range)].map(([, sequence]) => sequence)
}
