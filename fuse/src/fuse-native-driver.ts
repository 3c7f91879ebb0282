import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { promisify } from 'node:util'
import type { Attributes, DriverOptions, FuseDriver, Mounted } from './driver.js'

type Answer = (errno: number, value?: unknown) => void
type Operation = (...args: never[]) => void

interface NativeFuse {
  mount(done: (error: Error | null) => void): void
  unmount(done: (error: Error | null) => void): void
}

interface NativeFuseClass {
  new (mountpoint: string, operations: Readonly<Record<string, Operation>>, options: object): NativeFuse
  unmount(mountpoint: string, done: (error: Error | null) => void): void
}

/**
 * big_writes: a command of up to 128 KiB comes in one write. direct_io: files of unknown size can be read, and nothing
 * is kept in the page cache. Names and attributes are not cached: results and failed requests come and go by themselves.
 */
const MOUNT_OPTIONS =
  '-obig_writes,direct_io,fsname=lighthouse,subtype=lighthouse,entry_timeout=0,attr_timeout=0,negative_timeout=0'

/** fuse-native 2.2.6: FUSE 2.9. Must run in a main thread; knows nothing of the calling process. */
export function fuseNativeDriver(): FuseDriver {
  return { name: 'fuse-native', mount: mountNative }
}

async function mountNative(options: DriverOptions): Promise<Mounted> {
  const Fuse = load()
  class Mount extends Fuse {
    _fuseOptions(): string {
      return MOUNT_OPTIONS
    }
  }
  // Every handler has its own deadline, so the library's timers (which also detach buffers) are off.
  const fuse = new Mount(options.mountpoint, operationsOf(options), { timeout: false })
  await new Promise<void>((resolve, reject) => {
    fuse.mount((error) => (error === null || error === undefined ? resolve() : reject(error)))
  })
  return {
    async [Symbol.asyncDispose]() {
      await new Promise<void>((resolve, reject) => {
        fuse.unmount((error) => (error === null || error === undefined ? resolve() : reject(error)))
      })
    },
  }
}

/** Detaches a mountpoint at once, whoever holds files open in it. Rejects when nothing is mounted there. */
export async function detach(mountpoint: string): Promise<void> {
  await promisify(execFile)('fusermount', ['-uz', mountpoint])
}

function load(): NativeFuseClass {
  const Fuse = createRequire(import.meta.url)('fuse-native') as NativeFuseClass
  // The library builds a shell command line of the mountpoint; a name such as "$(x)" must not be run.
  Fuse.unmount = (mountpoint, done) => {
    detach(mountpoint).then(
      () => done(null),
      (error: unknown) => done(error as Error),
    )
  }
  return Fuse
}

function operationsOf({ fileSystem: fs, onError }: DriverOptions): Readonly<Record<string, Operation>> {
  /** Runs a handler, answers exactly once, and lets no failure out. */
  function settle(operation: string, path: string, answer: Answer, work: () => unknown): void {
    const fail = (error: unknown) => answer(-onError(error, operation, path))
    try {
      const value = work()
      if (value instanceof Promise) value.then((settled) => answer(0, settled), fail)
      else answer(0, value)
    } catch (error) {
      fail(error)
    }
  }
  /** read(2) and write(2) answer a count in the place of the error number. */
  function count(operation: string, path: string, answer: Answer, work: () => unknown): void {
    settle(operation, path, (errno, value) => answer(errno === 0 ? Number(value) : errno), work)
  }
  const refused =
    (operation: string) =>
    (path: string, ...rest: unknown[]) =>
      settle(operation, path, rest.at(-1) as Answer, () => fs.refuse(path))
  const touched =
    (operation: string) =>
    (path: string, ...rest: unknown[]) =>
      settle(operation, path, rest.at(-1) as Answer, () => fs.touch(path))
  return {
    statfs: (_path: string, answer: Answer) => answer(0, STATFS),
    getattr: (path: string, answer: Answer) =>
      settle(
        'getattr',
        path,
        (errno, value) => answer(errno, errno === 0 ? statOf(value as Attributes) : undefined),
        () => fs.getattr(path),
      ),
    readdir: (path: string, answer: Answer) => settle('readdir', path, answer, () => fs.readdir(path)),
    open: (path: string, _flags: number, answer: Answer) => settle('open', path, answer, () => fs.open(path)),
    create: (path: string, _mode: number, answer: Answer) =>
      settle('create', path, answer, () => fs.create(path)),
    read: (path: string, handle: number, into: Buffer, length: number, offset: number, answer: Answer) =>
      count('read', path, answer, () => fs.read(handle, into.subarray(0, length), offset)),
    write: (path: string, handle: number, bytes: Buffer, length: number, offset: number, answer: Answer) =>
      count('write', path, answer, () => fs.write(handle, bytes.subarray(0, length), offset)),
    truncate: (path: string, size: number, answer: Answer) =>
      settle('truncate', path, answer, () => fs.truncate(path, size, undefined)),
    ftruncate: (path: string, handle: number, size: number, answer: Answer) =>
      settle('truncate', path, answer, () => fs.truncate(path, size, handle)),
    flush: (path: string, handle: number, answer: Answer) =>
      settle('flush', path, answer, () => fs.flush(handle)),
    fsync: (path: string, _dataOnly: boolean, handle: number, answer: Answer) =>
      settle('fsync', path, answer, () => fs.flush(handle)),
    release: (path: string, handle: number, answer: Answer) =>
      settle('release', path, answer, () => fs.release(handle)),
    unlink: (path: string, answer: Answer) => settle('unlink', path, answer, () => fs.unlink(path)),
    rename: (from: string, to: string, answer: Answer) =>
      settle('rename', from, answer, () => fs.rename(from, to)),
    chmod: touched('chmod'),
    chown: touched('chown'),
    utimens: touched('utimens'),
    mkdir: refused('mkdir'),
    rmdir: refused('rmdir'),
    link: refused('link'),
    symlink: refused('symlink'),
    mknod: refused('mknod'),
  }
}

const STATFS = {
  bsize: 4096,
  frsize: 4096,
  blocks: 0,
  bfree: 0,
  bavail: 0,
  files: 0,
  ffree: 0,
  favail: 0,
  fsid: 0,
  flag: 0,
  namemax: 255,
}

function statOf(attributes: Attributes): object {
  const { mode, size, changedAt, inode, links, uid, gid } = attributes
  const at = new Date(changedAt)
  return {
    mtime: at,
    atime: at,
    ctime: at,
    mode,
    size,
    ino: inode,
    nlink: links,
    uid,
    gid,
    dev: 0,
    rdev: 0,
    blksize: 4096,
  }
}
