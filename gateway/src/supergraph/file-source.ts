import { type FSWatcher, watch as watchFolder } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Source } from './source.js'

export interface FileSourceOptions<Value> {
  readonly path: string
  readonly parse: (text: string) => Value
  /** Changes within this time of each other are one. */
  readonly debounceMs?: number
  /** The file is compared this often too: not every file system tells of changes. */
  readonly pollMs?: number
}

/**
 * A file that is read again when its text changes. Its folder is watched, so that a file that is replaced by a rename (as
 * editors, deployments and Kubernetes do it) is noticed as one that is written. While it is missing nothing is told: a
 * replacement may be under way.
 */
export function fileSource<Value>(options: FileSourceOptions<Value>): Source<Value> {
  const { path, parse, debounceMs = 100, pollMs = 5_000 } = options
  let known: string | undefined
  const read = async () => {
    try {
      known = await readFile(path, 'utf8')
    } catch (cause) {
      // When it is back it is told of, whatever it says then.
      known = undefined
      throw cause
    }
    return parse(known)
  }
  return {
    read,
    watch(changed) {
      const compare = async () => {
        const text = await readFile(path, 'utf8').catch(() => undefined)
        if (text === undefined || text === known) return
        known = text
        changed()
      }
      let waiting: NodeJS.Timeout | undefined
      const soon = () => {
        waiting ??= setTimeout(() => {
          waiting = undefined
          void compare()
        }, debounceMs)
      }
      const polling = setInterval(() => void compare(), pollMs)
      polling.unref()
      const watcher = watched(dirname(path), soon)
      return {
        [Symbol.dispose]() {
          clearTimeout(waiting)
          clearInterval(polling)
          watcher?.close()
        },
      }
    },
  }
}

/** Undefined where the system gives no watchers: polling is left. */
function watched(folder: string, soon: () => void): FSWatcher | undefined {
  try {
    const watcher = watchFolder(folder, { persistent: false }, soon)
    watcher.on('error', () => watcher.close())
    return watcher
  } catch {
    return undefined
  }
}
