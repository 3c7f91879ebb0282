import type { Expert } from './experts/expert.js'

export type ExpertStatus = 'AVAILABLE' | 'BUSY' | 'OFFLINE'

/** What the registry knows of one expert. */
export interface Standing {
  readonly expert: Expert
  readonly status: ExpertStatus
  /** Questions it is answering now. */
  readonly currentLoad: number
  /** Since start: verdicts given, and questions it gave none to. */
  readonly answered: number
  readonly failed: number
  readonly averageMs: number
}

export interface Registry {
  /** Throws when the id is taken or 1,000 experts are known. */
  register(expert: Expert): void
  find(id: string): Standing | undefined
  /** In order of registration. */
  list(): Standing[]
  /** Counts a question as being answered; `done` must be called once, and frees the expert. */
  begin(id: string): { done(outcome: 'answered' | 'failed'): void }
}

const MAX_EXPERTS = 1_000
/** Weight of the newest answer time: about the last ten answers count. */
const EWMA_WEIGHT = 0.2

interface Entry {
  readonly expert: Expert
  load: number
  answered: number
  failed: number
  averageMs: number
}

/** Knows who can be asked, how busy they are and how they did. `now` is milliseconds on a monotonic clock. */
export function createRegistry(now: () => number = () => performance.now()): Registry {
  const entries = new Map<string, Entry>()
  const standing = (entry: Entry): Standing => ({
    expert: entry.expert,
    status: statusOf(entry),
    currentLoad: entry.load,
    answered: entry.answered,
    failed: entry.failed,
    averageMs: entry.averageMs,
  })
  return {
    register(expert) {
      if (entries.has(expert.id)) throw new Error(`expert ${expert.id} is registered already`)
      if (entries.size >= MAX_EXPERTS) throw new Error(`${MAX_EXPERTS} experts are registered already`)
      entries.set(expert.id, { expert, load: 0, answered: 0, failed: 0, averageMs: 0 })
    },
    find(id) {
      const entry = entries.get(id)
      return entry && standing(entry)
    },
    list: () => [...entries.values()].map(standing),
    begin(id) {
      const entry = entries.get(id)
      if (!entry) throw new Error(`expert ${id} is not registered`)
      entry.load++
      const startedAt = now()
      let open = true
      return {
        done(outcome) {
          if (!open) return
          open = false
          entry.load--
          if (outcome === 'failed') {
            entry.failed++
            return
          }
          const ms = now() - startedAt
          entry.averageMs = entry.answered === 0 ? ms : entry.averageMs + EWMA_WEIGHT * (ms - entry.averageMs)
          entry.answered++
        },
      }
    },
  }
}

function statusOf(entry: Entry): ExpertStatus {
  if (entry.expert.offline() !== undefined) return 'OFFLINE'
  return entry.load >= entry.expert.maxConcurrent ? 'BUSY' : 'AVAILABLE'
}
