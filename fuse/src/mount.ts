import { mkdir, readFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { FuseDriver } from './driver.js'
import { ERRNO, fsErrorOf } from './errno.js'
import { Failures } from './failures.js'
import { fileSystemOf } from './file-system.js'
import { detach, fuseNativeDriver } from './fuse-native-driver.js'
import { openGraph } from './graph.js'
import { Handles } from './handles.js'
import { directory } from './node.js'
import { errorsDirectory } from './nodes/errors.js'
import { eventsDirectory } from './nodes/events.js'
import { localFiles } from './nodes/local.js'
import { metricsDirectory } from './nodes/metrics.js'
import { validateDirectory } from './nodes/validate.js'
import { Waiting } from './waiting.js'

export interface MountOptions {
  /** An empty directory, made when absent. A mount that a dead daemon left there is taken away first. */
  readonly mountpoint: string
  readonly url: string
  readonly wsUrl: string
  /** The agent whose mount it is: one mount, one key. */
  readonly key: string | undefined
  readonly driver?: FuseDriver
  /** Told of each failure that is not an ordinary answer. */
  readonly log?: (message: string) => void
}

export interface Mount extends AsyncDisposable {
  readonly mountpoint: string
}

/**
 * Mounts the graph as files; disposing unmounts. Must run in a process of its own, whose main thread does nothing else
 * for long, and which never touches the mount synchronously. Rejects with what to do when it cannot be mounted.
 */
export async function mountTree(options: MountOptions): Promise<Mount> {
  const mountpoint = resolve(options.mountpoint)
  await makeReady(mountpoint)
  const { driver = fuseNativeDriver(), log } = options
  const graph = openGraph(options)
  const handles = new Handles()
  const waiting = new Waiting()
  const failures = new Failures()
  const root = directory({
    ...localFiles({ graph, waiting, failures, openFiles: () => handles.size }),
    validate: validateDirectory(graph, waiting, failures),
    events: eventsDirectory(graph, waiting),
    metrics: metricsDirectory(graph),
    errors: errorsDirectory(failures),
  })
  const onError = (error: unknown, operation: string, path: string): number => {
    const failure = fsErrorOf(error)
    failures.note(failure, operation, path)
    if (failure.errno === 'EIO') log?.(`${operation} ${path}: ${failure.message}`)
    return ERRNO[failure.errno]
  }
  try {
    const mounted = await driver.mount({ mountpoint, fileSystem: fileSystemOf(root, handles), onError })
    return {
      mountpoint,
      async [Symbol.asyncDispose]() {
        waiting.close()
        await mounted[Symbol.asyncDispose]()
        await graph[Symbol.asyncDispose]()
      },
    }
  } catch (error) {
    await graph[Symbol.asyncDispose]()
    throw error
  }
}

async function makeReady(mountpoint: string): Promise<void> {
  try {
    const found = await stat(mountpoint)
    if (!found.isDirectory()) throw new Error(`${mountpoint} is not a directory; name an empty one.`)
    if (await isMounted(mountpoint))
      throw new Error(
        `${mountpoint} is mounted already; unmount it with "fusermount -u" or name another directory.`,
      )
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') await mkdir(mountpoint, { recursive: true, mode: 0o700 })
    // The daemon of an earlier mount died: the kernel still holds its place.
    else if (code === 'ENOTCONN') await detach(mountpoint)
    else throw error
  }
}

async function isMounted(mountpoint: string): Promise<boolean> {
  const table = await readFile('/proc/self/mounts', 'utf8').catch(() => '')
  const escaped = mountpoint.replaceAll(' ', '\\040')
  return table.split('\n').some((line) => line.split(' ')[1] === escaped)
}
