/** A client that does not take the end of its connection within this time is cut. */
export const CLOSE_GRACE_MS = 2_000

/** What was written to a connection and is not with the network yet: one message of each operation at most. */
export class Sending {
  readonly #waiting = new Set<() => void>()

  /** Resolves when the network took the message, or when nobody needs to know any more. Never rejects. */
  send(write: (done: () => void) => void): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        this.#waiting.delete(done)
        resolve()
      }
      this.#waiting.add(done)
      write(done)
    })
  }

  /** The connection ends: nobody waits for it. */
  release(): void {
    for (const done of this.#waiting) done()
  }
}
