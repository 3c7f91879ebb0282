/** How long a one-time link can be used. */
export const LINK_MS = 300_000
/** Links that wait to be used; the oldest makes room. */
const MAX_LINKS = 100

interface Link {
  readonly agentId: string
  readonly expiresAt: number
}

/** One-time console links by the hash of their token. In memory only: a restart ends them all. */
export interface Links {
  add(hash: string, agentId: string, now: number): void
  /** Whose link it was; undefined when unknown, used or expired. Uses it up. */
  take(hash: string, now: number): string | undefined
}

export function createLinks(): Links {
  const open = new Map<string, Link>()
  return {
    add(hash, agentId, now) {
      const oldest = open.size >= MAX_LINKS ? open.keys().next() : undefined
      if (oldest !== undefined && oldest.done !== true) open.delete(oldest.value)
      open.set(hash, { agentId, expiresAt: now + LINK_MS })
    },
    take(hash, now) {
      const link = open.get(hash)
      open.delete(hash)
      return link !== undefined && now < link.expiresAt ? link.agentId : undefined
    },
  }
}
