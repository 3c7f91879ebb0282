import type { FsError } from './errno.js'

export interface Failure {
  readonly id: number
  readonly at: string
  readonly operation: string
  readonly path: string
  readonly errno: string
  readonly code: string
  readonly message: string
}

const KEPT = 1_000

/** EINTR and EAGAIN are how waiting looks, ENOENT how looking looks: none of them is a failure worth keeping. */
const ORDINARY: ReadonlySet<string> = new Set(['EINTR', 'EAGAIN', 'ENOENT'])

/** The newest failures of a mount, in memory: the oldest of more than 1,000 are forgotten. */
export class Failures {
  readonly #kept: Failure[] = []
  #count = 0

  get last(): Failure | undefined {
    return this.#kept.at(-1)
  }

  get all(): readonly Failure[] {
    return this.#kept
  }

  note(error: FsError, operation: string, path: string): void {
    if (ORDINARY.has(error.errno)) return
    const { errno, code, message } = error
    this.#kept.push({
      id: ++this.#count,
      at: new Date().toISOString(),
      operation,
      path,
      errno,
      code,
      message,
    })
    if (this.#kept.length > KEPT) this.#kept.shift()
  }
}
