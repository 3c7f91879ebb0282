/** What is told about starting and stopping; goes to stderr. */
export type Say = (text: string) => void

const STEP_MS = 15_000

/**
 * What was opened, in order, to be closed in the opposite order. A step that fails or takes longer than 15 s is told and
 * passed by, so that what was opened before it is closed too.
 */
export class Closing implements AsyncDisposable {
  readonly #opened: { readonly name: string; readonly close: () => PromiseLike<void> }[] = []
  readonly #say: Say
  #closed: Promise<void> | undefined

  constructor(say: Say) {
    this.#say = say
  }

  /** Remembers what is to be disposed, and gives it back. */
  add<T extends AsyncDisposable>(name: string, opened: T): T {
    this.#opened.push({ name, close: () => opened[Symbol.asyncDispose]() })
    return opened
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed ??= this.#close()
    await this.#closed
  }

  async #close(): Promise<void> {
    for (const { name, close } of this.#opened.reverse()) {
      let timer: NodeJS.Timeout | undefined
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(() => {
          this.#say(`${name} did not stop within ${STEP_MS} ms`)
          resolve()
        }, STEP_MS)
      })
      const closed = Promise.resolve()
        .then(close)
        .catch((error: unknown) => this.#say(`${name} did not stop cleanly: ${(error as Error).message}`))
      await Promise.race([closed, late])
      clearTimeout(timer)
    }
  }
}
