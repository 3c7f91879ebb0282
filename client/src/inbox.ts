/**
 * A bounded queue between a source that pushes and one reader that pulls. At the bound the oldest item is dropped and
 * counted; a source that can pause watches `isFull` instead.
 */
export class Inbox<T> {
  readonly #items: T[] = []
  readonly #bound: number
  #wake: (() => void) | undefined
  #end: { readonly error: unknown } | undefined
  dropped = 0

  constructor(bound: number) {
    this.#bound = bound
  }

  get isFull(): boolean {
    return this.#items.length >= this.#bound
  }

  push(item: T): void {
    if (this.#end !== undefined) return
    if (this.isFull) {
      this.#items.shift()
      this.dropped++
    }
    this.#items.push(item)
    this.#wake?.()
  }

  /** Ends the queue once it is drained: with `error`, by throwing it. The first call counts. */
  end(error?: unknown): void {
    this.#end ??= { error }
    this.#wake?.()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for (;;) {
      while (this.#items.length > 0) yield this.#items.shift() as T
      if (this.#end !== undefined) {
        if (this.#end.error !== undefined) throw this.#end.error
        return
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
      this.#wake = undefined
    }
  }
}
