/** What a queue does when its reader is slower than its writer. */
export interface QueueOptions {
  /** Keep the newest only: every item replaces what waits. */
  readonly conflate: boolean
  /** Items that may wait; one more ends the queue with {@link QueueOverflow}. */
  readonly limit: number
  /** Told at once when the queue overflows: its reader may be waiting for something else and never come back. */
  readonly onOverflow?: (() => void) | undefined
}

/** Why a queue ended before its writer ended it. */
export class QueueOverflow extends Error {
  constructor(limit: number) {
    super(`The reader is ${limit} events behind.`)
    this.name = 'QueueOverflow'
  }
}

/** A bounded queue between one writer that never waits and one reader that does. */
export class BoundedQueue<T> {
  readonly #options: QueueOptions
  #items: T[] = []
  #ended = false
  #error: unknown
  #wake: (() => void) | undefined

  constructor(options: QueueOptions) {
    this.#options = options
  }

  /** Takes an item; false when one that waited had to go for it. */
  push(item: T): boolean {
    if (this.#ended) return true
    const { conflate, limit, onOverflow } = this.#options
    const isFull = this.#items.length >= (conflate ? 1 : limit)
    if (isFull && !conflate) {
      this.#items = []
      this.end(new QueueOverflow(limit))
      onOverflow?.()
      return false
    }
    if (isFull) this.#items = [item]
    else this.#items.push(item)
    this.#wake?.()
    return !isFull
  }

  /** Nothing comes any more; with an error, the reader meets it after what still waits. */
  end(error?: unknown): void {
    if (this.#ended) return
    this.#ended = true
    this.#error = error
    this.#wake?.()
  }

  /** The next item; undefined at the end. Rejects with the error that the queue ended with. */
  async next(): Promise<T | undefined> {
    for (;;) {
      const item = this.#items.shift()
      if (item !== undefined) return item
      if (this.#ended) {
        if (this.#error === undefined) return undefined
        throw this.#error
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
      this.#wake = undefined
    }
  }
}
