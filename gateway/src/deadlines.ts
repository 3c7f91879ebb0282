/** Something that may take so long. */
export interface Due {
  /** By {@link performance.now}. */
  readonly dueAt: number
  /** Its time is over. */
  expire(): void
}

/**
 * Tells operations when their time is over. All have the same time, so the one that began first is the next, and one timer
 * serves them all: most end long before it fires, and a timer for each would be made for nothing.
 */
export class Deadlines {
  /** Milliseconds that each has. */
  readonly ms: number
  /** In the order in which they began. */
  readonly #open = new Set<Due>()
  #timer: NodeJS.Timeout | undefined

  constructor(ms: number) {
    this.ms = ms
  }

  watch(due: Due): void {
    this.#open.add(due)
    if (this.#timer === undefined) this.#wake(this.ms)
  }

  forget(due: Due): void {
    this.#open.delete(due)
  }

  #wake(ms: number): void {
    this.#timer = setTimeout(() => this.#expire(), ms).unref()
  }

  #expire(): void {
    this.#timer = undefined
    const now = performance.now()
    for (const due of this.#open) {
      if (due.dueAt > now) {
        this.#wake(Math.ceil(due.dueAt - now))
        return
      }
      this.#open.delete(due)
      due.expire()
    }
  }
}
