import { refusal } from './engine-error.js'

/**
 * At most `running` pieces of work at once and `waiting` behind them, first come first served. More are refused with
 * ClickHouse's code 202 (TOO_MANY_SIMULTANEOUS_QUERIES).
 */
export class Slots {
  readonly #running: number
  readonly #waiting: number
  readonly #queue: (() => void)[] = []
  #taken = 0

  constructor({ running, waiting }: { running: number; waiting: number }) {
    this.#running = running
    this.#waiting = waiting
  }

  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#taken >= this.#running) {
      if (this.#queue.length >= this.#waiting) {
        throw refusal(202, 'TOO_MANY_SIMULTANEOUS_QUERIES', `${this.#waiting} queries are waiting already.`)
      }
      // Whoever leaves hands its slot over, so `taken` stays as it is.
      await new Promise<void>((resolve) => this.#queue.push(resolve))
    } else {
      this.#taken += 1
    }
    try {
      return await work()
    } finally {
      const next = this.#queue.shift()
      if (next === undefined) this.#taken -= 1
      else next()
    }
  }
}
