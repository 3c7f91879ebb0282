/**
 * What was opened and must be closed again, last opened first; for `await using`. Node 20 has no AsyncDisposableStack.
 * A closer that fails does not keep the others from running.
 */
export class Closing implements AsyncDisposable {
  #closers: (() => Promise<void>)[] = []

  use<Resource extends AsyncDisposable>(resource: Resource): Resource {
    this.#closers.push(async () => resource[Symbol.asyncDispose]())
    return resource
  }

  defer(close: () => Promise<void>): void {
    this.#closers.push(close)
  }

  /** Hands the duty over: disposal does nothing any more, the function returned closes everything, once. */
  release(): () => Promise<void> {
    const released = new Closing()
    released.#closers = this.#closers
    this.#closers = []
    return () => released[Symbol.asyncDispose]()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closers = this.#closers.splice(0).reverse()
    const failures: unknown[] = []
    for (const close of closers) await close().catch((error: unknown) => failures.push(error))
    if (failures.length > 0) throw new AggregateError(failures, 'Not everything could be closed.')
  }
}
