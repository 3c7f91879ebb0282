import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'

/** Where documents that clients registered are kept for all gateways. Neither function rejects: what cannot be had is not there. */
export interface PersistedStore {
  get(hash: string): Promise<string | undefined>
  set(hash: string, query: string): void
}

/** Documents that clients registered themselves, by the SHA-256 of their text (Apollo's automatic persisted queries). */
export interface Automatic {
  get(hash: string): Promise<string | undefined>
  register(hash: string, query: string): void
}

/** In this process; the least recently used go first. */
const MAX_DOCUMENTS = 5_000
const MAX_CHARACTERS = 16 * 1_024 * 1_024

/** Keeps registered documents in memory and, where there is one, in a store that others share. */
export function createAutomatic(store?: PersistedStore): Automatic {
  const known = new LRUCache<string, string>({
    max: MAX_DOCUMENTS,
    maxSize: MAX_CHARACTERS,
    sizeCalculation: (query) => Math.max(1, query.length),
  })
  return {
    async get(hash) {
      const here = known.get(hash)
      if (here !== undefined) return here
      const shared = await store?.get(hash)
      // Whoever can write to the store must not choose what others run.
      if (shared === undefined || sha256(shared) !== hash) return undefined
      known.set(hash, shared)
      return shared
    },
    register(hash, query) {
      if (known.get(hash) === query) return
      known.set(hash, query)
      store?.set(hash, query)
    },
  }
}

/** Hex SHA-256 of a text in UTF-8. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
