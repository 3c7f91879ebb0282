import type { SessionRecord } from './agents.js'

/** P-024. */
export const SESSION_LIMITS = {
  hardMs: 8 * 3_600_000,
  idleMs: 3_600_000,
  perAgent: 3,
} as const

interface Live {
  readonly record: SessionRecord
  lastUsedAt: number
}

/**
 * Console sessions by hash: at most 3 an agent (the oldest makes room), 8 hours at most, 1 hour without use. Bounded by
 * three times the number of agents. Last use is not kept over a restart: a session then counts as just used.
 */
export interface Sessions {
  add(record: SessionRecord, now: number): void
  /** The session of a hash when it is alive, counted as used; it is dropped when it is not. */
  use(hash: string, now: number): SessionRecord | undefined
  revoke(agentId: string): void
  records(now: number): readonly SessionRecord[]
}

export function createSessions(kept: readonly SessionRecord[], openedAt: number): Sessions {
  const byHash = new Map<string, Live>(
    kept.map((record) => [record.hash, { record, lastUsedAt: openedAt }] as const),
  )
  const alive = ({ record, lastUsedAt }: Live, now: number) =>
    now - record.createdAt < SESSION_LIMITS.hardMs && now - lastUsedAt < SESSION_LIMITS.idleMs
  const sweep = (now: number) => {
    for (const [hash, live] of byHash) if (!alive(live, now)) byHash.delete(hash)
  }
  return {
    add(record, now) {
      sweep(now)
      const own = [...byHash.values()].filter((live) => live.record.agentId === record.agentId)
      own.sort((a, b) => a.record.createdAt - b.record.createdAt)
      for (const live of own.slice(0, Math.max(0, own.length + 1 - SESSION_LIMITS.perAgent))) {
        byHash.delete(live.record.hash)
      }
      byHash.set(record.hash, { record, lastUsedAt: now })
    },
    use(hash, now) {
      const live = byHash.get(hash)
      if (live === undefined) return undefined
      if (!alive(live, now)) {
        byHash.delete(hash)
        return undefined
      }
      live.lastUsedAt = now
      return live.record
    },
    revoke(agentId) {
      for (const [hash, live] of byHash) if (live.record.agentId === agentId) byHash.delete(hash)
    },
    records(now) {
      sweep(now)
      return [...byHash.values()].map(({ record }) => record)
    },
  }
}
