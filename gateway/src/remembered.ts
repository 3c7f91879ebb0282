import { LRUCache } from 'lru-cache'

/** Documents of which something is remembered; the least recently used are forgotten first. */
const MAX_DOCUMENTS = 2_000
/** And their characters in all: what is remembered grows with its document. */
const MAX_CHARACTERS = 8 * 1_024 * 1_024

/** What was worked out of documents, within the same bounds for whatever it is. */
export class Remembered<What extends object> {
  readonly #known = new LRUCache<string, What>({ max: MAX_DOCUMENTS, maxSize: MAX_CHARACTERS })

  get(key: string): What | undefined {
    return this.#known.get(key)
  }

  /** Remembers something of a document with this text. */
  set(key: string, what: What, query: string): void {
    this.#known.set(key, what, { size: Math.max(1, query.length) })
  }

  get size(): number {
    return this.#known.size
  }
}
