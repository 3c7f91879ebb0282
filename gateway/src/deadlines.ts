/** Something that may take so long. */
export interface Due {
  /** By {@link performance.now}. */
  readonly dueAt: number
  /** Its time is over. */
  expire(): void
  /** Its neighbours among those that are watched; nobody but {@link Deadlines} reads or sets them. */
  earlier: Due | undefined
  later: Due | undefined
}

/**
 * Tells operations when their time is over. All have the same time, so the one that began first is the next, and one timer
 * serves them all: most end long before it fires, and a timer for each would be made for nothing.
 */
export class Deadlines {
  /** Milliseconds that each has. */
  readonly ms: number
  /** They are linked in the order in which they began: a set would be made anew again and again as it shrinks. */
  #first: Due | undefined
  #last: Due | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(ms: number) {
    this.ms = ms
  }

  watch(due: Due): void {
    due.earlier = this.#last
    if (this.#last === undefined) this.#first = due
    else this.#last.later = due
    this.#last = due
    if (this.#timer === undefined) this.#wake(this.ms)
  }

  /** Does nothing for what is not watched, or no longer. */
  forget(due: Due): void {
    const { earlier, later } = due
    if (earlier === undefined && this.#first !== due) return
    if (earlier === undefined) this.#first = later
    else earlier.later = later
    if (later === undefined) this.#last = earlier
    else later.earlier = earlier
    due.earlier = undefined
    due.later = undefined
  }

  #wake(ms: number): void {
    this.#timer = setTimeout(() => this.#expire(), ms).unref()
  }

  #expire(): void {
    this.#timer = undefined
    const now = performance.now()
    for (let due = this.#first; due !== undefined; due = this.#first) {
      if (due.dueAt > now) {
        this.#wake(Math.ceil(due.dueAt - now))
        return
      }
      this.forget(due)
      due.expire()
    }
  }
}
