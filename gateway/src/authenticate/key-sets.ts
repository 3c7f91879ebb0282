import { fetchKeys } from './fetch-keys.js'
import { KeySet, type KeySetOptions } from './key-set.js'

/** More addresses than these were in use lately; the oldest is forgotten, and fetched again when it is needed. */
const MAX_SETS = 64

/** Key sets by address. They outlive a changed supergraph or configuration. */
export class KeySets {
  readonly #sets = new Map<string, KeySet>()
  readonly #options: Omit<KeySetOptions, 'url'>

  constructor(options: Partial<Omit<KeySetOptions, 'url'>> = {}) {
    this.#options = { fetchKeys, now: Date.now, ...options }
  }

  of(url: string): KeySet {
    const known = this.#sets.get(url)
    if (known !== undefined) return known
    const set = new KeySet({ url, ...this.#options })
    this.#sets.set(url, set)
    const [oldest] = this.#sets.keys()
    if (this.#sets.size > MAX_SETS && oldest !== undefined) this.#sets.delete(oldest)
    return set
  }
}
