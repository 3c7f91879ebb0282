/** Documents of which something is remembered for sure: the last that were used. Of as many before, some are. */
const MAX_DOCUMENTS = 1_000
/** And their characters in all: what is remembered grows with its document. */
const MAX_CHARACTERS = 4 * 1_024 * 1_024

/**
 * What was worked out of documents, within the same bounds for whatever it is. Two generations: what is used moves to the
 * young one, and when that is full it becomes the old one, whose rest is forgotten. Finding what was just used is one look
 * into a map, and writes nothing.
 */
export class Remembered<What extends object> {
  #young = new Map<string, { readonly what: What; readonly size: number }>()
  #old = new Map<string, { readonly what: What; readonly size: number }>()
  #characters = 0

  get(key: string): What | undefined {
    const young = this.#young.get(key)
    if (young !== undefined) return young.what
    const old = this.#old.get(key)
    if (old !== undefined) this.#add(key, old)
    return old?.what
  }

  /** Remembers something of a document with this text. */
  set(key: string, what: What, query: string): void {
    this.#add(key, { what, size: query.length })
  }

  get size(): number {
    let size = this.#young.size
    for (const key of this.#old.keys()) if (!this.#young.has(key)) size += 1
    return size
  }

  #add(key: string, entry: { readonly what: What; readonly size: number }): void {
    this.#young.set(key, entry)
    this.#characters += entry.size
    if (this.#young.size < MAX_DOCUMENTS && this.#characters < MAX_CHARACTERS) return
    this.#old = this.#young
    this.#young = new Map()
    this.#characters = 0
  }
}
