import { FsError } from './errno.js'

/** Most reads that wait at once; each holds a thread of the FUSE library. Past it read(2) is EAGAIN. */
const MAX_WAITING = 64
/**
 * How long one read(2) waits before it answers EINTR. The C library, the shells and Python then read again by
 * themselves, and a signal to the reader is heard this fast: the library cannot pass it on.
 */
const SLICE_MS = 700

/** Reads that wait for something to happen. */
export class Waiting {
  readonly #wakers = new Set<() => void>()
  #closed = false

  get count(): number {
    return this.#wakers.size
  }

  /** Waits until `isReady` holds or the slice is over, which throws EINTR. `subscribe` calls back on every change. */
  async until(isReady: () => boolean, subscribe: (changed: () => void) => () => void): Promise<void> {
    if (isReady()) return
    if (this.#closed) throw new FsError('EIO', 'the mount is ending')
    if (this.#wakers.size >= MAX_WAITING) throw new FsError('EAGAIN', `${MAX_WAITING} reads wait already`)
    let wake = () => {}
    const woken = new Promise<void>((resolve) => {
      wake = resolve
    })
    const changed = () => {
      if (isReady()) wake()
    }
    const timer = setTimeout(wake, SLICE_MS)
    this.#wakers.add(wake)
    const stop = subscribe(changed)
    try {
      changed()
      await woken
    } finally {
      stop()
      clearTimeout(timer)
      this.#wakers.delete(wake)
    }
    if (!isReady()) throw new FsError('EINTR', 'nothing yet; read again')
  }

  /** Ends every wait with an answer, so that no reader holds the mount. */
  close(): void {
    this.#closed = true
    for (const wake of this.#wakers) wake()
  }
}
