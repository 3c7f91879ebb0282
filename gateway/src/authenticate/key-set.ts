import {
  createLocalJWKSet,
  type CryptoKey,
  errors,
  type FlattenedJWSInput,
  type JSONWebKeySet,
  type JWSHeaderParameters,
} from 'jose'

/** Keys are fetched again after this time, while the old ones are used on. */
const FRESH_MS = 600_000
/** Keys that could not be fetched again for so long are not trusted any more. */
const MAX_AGE_MS = 3_600_000
/** A key that is not known makes the set be fetched again, but not more often than this. */
const COOL_DOWN_MS = 30_000
/** After a fetch that failed. */
const RETRY_MS = 5_000

/** Nobody can tell whether a token is genuine: its issuer's keys cannot be had. */
export class KeysUnavailable extends Error {
  constructor(url: string, cause?: unknown) {
    super(`The keys at ${url} cannot be fetched.`, { cause })
    this.name = 'KeysUnavailable'
  }
}

export interface KeySetOptions {
  readonly url: string
  readonly fetchKeys: (url: string) => Promise<JSONWebKeySet>
  readonly now: () => number
}

interface Held {
  readonly keyFor: ReturnType<typeof createLocalJWKSet>
  readonly fetchedAt: number
}

/** The public keys of one issuer: fetched when they are needed, kept, and fetched again in measure. */
export class KeySet {
  readonly #options: KeySetOptions
  #held: Held | undefined
  #loading: Promise<Held> | undefined
  #triedAt = Number.NEGATIVE_INFINITY
  #hasFailed = false

  constructor(options: KeySetOptions) {
    this.#options = options
  }

  /**
   * The key that a token says it is signed with: its `kid` is compared with those of the set, and never more. Rejects with
   * KeysUnavailable when there is no set, with an error of jose when it has no such key.
   */
  async keyFor(header: JWSHeaderParameters, token: FlattenedJWSInput): Promise<CryptoKey> {
    const held = await this.#current()
    try {
      return await held.keyFor(header, token)
    } catch (cause) {
      if (!(cause instanceof errors.JWKSNoMatchingKey) || !this.#mayFetch(COOL_DOWN_MS)) throw cause
      const { keyFor } = await this.#fetch()
      return keyFor(header, token)
    }
  }

  async #current(): Promise<Held> {
    const held = this.#held
    const age = held === undefined ? Number.POSITIVE_INFINITY : this.#options.now() - held.fetchedAt
    if (held !== undefined && age < MAX_AGE_MS) {
      // Whoever waits is answered with the old ones; a failure is met when they are too old.
      if (age >= FRESH_MS && this.#mayFetch(COOL_DOWN_MS)) this.#fetch().catch(() => undefined)
      return held
    }
    if (this.#loading === undefined && !this.#mayFetch(RETRY_MS)) throw new KeysUnavailable(this.#options.url)
    return this.#fetch()
  }

  #mayFetch(coolDownMs: number): boolean {
    const coolDown = this.#hasFailed ? RETRY_MS : coolDownMs
    return this.#loading !== undefined || this.#options.now() - this.#triedAt >= coolDown
  }

  #fetch(): Promise<Held> {
    return (this.#loading ??= this.#load().finally(() => {
      this.#loading = undefined
    }))
  }

  async #load(): Promise<Held> {
    const { url, fetchKeys, now } = this.#options
    this.#triedAt = now()
    try {
      const held = { keyFor: createLocalJWKSet(await fetchKeys(url)), fetchedAt: now() }
      this.#held = held
      this.#hasFailed = false
      return held
    } catch (cause) {
      this.#hasFailed = true
      throw new KeysUnavailable(url, cause)
    }
  }
}
