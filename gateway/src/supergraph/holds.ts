import { setMaxListeners } from 'node:events'

/**
 * Who still uses what is made of one supergraph. Once it was replaced and the last user is done, it is freed; streams that
 * go on for long can be told to end.
 */
export class Holds {
  #held = 0
  #free: (() => void) | undefined
  readonly #ending = new AbortController()

  constructor() {
    // Each stream listens.
    setMaxListeners(0, this.#ending.signal)
  }

  /** Aborts when streams must end. */
  get ending(): AbortSignal {
    return this.#ending.signal
  }

  /** Takes a hold; what is returned gives it back and does nothing when it is called again. */
  take(): () => void {
    this.#held += 1
    let isBack = false
    return () => {
      if (isBack) return
      isBack = true
      this.#held -= 1
      this.#freeUnused()
    }
  }

  /** It was replaced. `free` is called once, when nobody holds it any more. */
  retire(free: () => void): void {
    this.#free = free
    this.#freeUnused()
  }

  /** Tells streams to end; operations finish by themselves. */
  end(): void {
    this.#ending.abort()
  }

  #freeUnused(): void {
    if (this.#held > 0) return
    const free = this.#free
    this.#free = undefined
    free?.()
  }
}
