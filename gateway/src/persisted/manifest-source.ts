import { readFile } from 'node:fs/promises'
import { type Stats, unwatchFile, watchFile } from 'node:fs'

/** Where the manifest of trusted documents is kept. */
export interface ManifestSource {
  /** What the log calls it. */
  readonly name: string
  /** The manifest as it is now; undefined when nothing was published yet. */
  read(): Promise<string | undefined>
  /** Calls `changed` whenever there may be another one. */
  watch(changed: () => void): Disposable
}

/** Looked at so often: a file that is replaced by another one, or on a network's disk, tells nobody. */
const POLL_MS = 1_000

/** A manifest in a file. A file that does not exist counts as an empty manifest unless it is `required`. */
export function manifestFile(path: string, { required = false, pollMs = POLL_MS } = {}): ManifestSource {
  return {
    name: path,
    read: () =>
      readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT' && !required) return undefined
        throw new Error(`${path} cannot be read (${error.code}).`)
      }),
    watch(changed) {
      // A file that does not exist is told of once, unchanged.
      const look = (now: Stats, before: Stats) => {
        if (now.mtimeMs !== before.mtimeMs || now.ino !== before.ino) changed()
      }
      watchFile(path, { interval: pollMs, persistent: false }, look)
      return { [Symbol.dispose]: () => unwatchFile(path, look) }
    },
  }
}
