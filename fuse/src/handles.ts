import { FsError } from './errno.js'
import type { OpenFile } from './node.js'

/** Most files open at once; past it open(2) is ENFILE. */
const MAX_OPEN = 1_024
/** Numbers of handles are 32-bit and positive: the library takes 0 as none. */
const LAST_HANDLE = 2 ** 31 - 1

export interface Handle {
  readonly path: string
  readonly file: OpenFile
}

/** The open files of a mount by number. */
export class Handles {
  readonly #open = new Map<number, Handle>()
  #last = 0

  get size(): number {
    return this.#open.size
  }

  add(path: string, file: OpenFile): number {
    if (this.#open.size >= MAX_OPEN) throw new FsError('ENFILE', `${MAX_OPEN} files are open`)
    do this.#last = this.#last >= LAST_HANDLE ? 1 : this.#last + 1
    while (this.#open.has(this.#last))
    this.#open.set(this.#last, { path, file })
    return this.#last
  }

  get(number: number): Handle {
    const handle = this.#open.get(number)
    if (handle === undefined) throw new FsError('EBADF', `no open file has the number ${number}`)
    return handle
  }

  /** Forgets a number; undefined when it was not open. */
  take(number: number): Handle | undefined {
    const handle = this.#open.get(number)
    this.#open.delete(number)
    return handle
  }
}
