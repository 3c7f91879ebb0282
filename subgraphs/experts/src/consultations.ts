import type { Decision } from '@lighthouse/contract/decision'

export type ConsultationStatus = 'PENDING' | 'DECIDED' | 'TIMED_OUT' | 'FAILED'

export interface Vote {
  readonly expertId: string
  readonly decision: Decision
  readonly confidence: number
  readonly reasoning: string
  readonly ms: number
  readonly firm: boolean
}

/** One consultation as it stands. Times are milliseconds since the epoch. */
export interface Consultation {
  readonly id: string
  readonly requestId: string
  readonly status: ConsultationStatus
  readonly decision: Decision | undefined
  readonly confidence: number | undefined
  readonly reasoning: string
  readonly votes: readonly Vote[]
  /** Votes that came after the deadline: kept, never counted. */
  readonly lateVotes: readonly Vote[]
  readonly quorum: number
  readonly createdAt: number
  readonly deadlineAt: number
  readonly decidedAt: number | undefined
}

/** The newest consultations, in memory: 10,000, the oldest go. */
export interface Consultations {
  put(consultation: Consultation): void
  find(id: string): Consultation | undefined
  /** Newest first. */
  last(count: number): Consultation[]
  /** Adds a late vote to a consultation that is still kept. */
  addLate(id: string, vote: Vote): void
}

const MAX_KEPT = 10_000

export function createConsultations(max = MAX_KEPT): Consultations {
  const kept = new Map<string, Consultation>()
  return {
    put(consultation) {
      kept.set(consultation.id, consultation)
      if (kept.size <= max) return
      const oldest = kept.keys().next()
      if (!oldest.done) kept.delete(oldest.value)
    },
    find: (id) => kept.get(id),
    last: (count) => [...kept.values()].slice(-count).reverse(),
    addLate(id, vote) {
      const found = kept.get(id)
      if (found) kept.set(id, { ...found, lateVotes: [...found.lateVotes, vote] })
    },
  }
}
