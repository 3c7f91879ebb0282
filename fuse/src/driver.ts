/** What stat(2) answers. Times in milliseconds since the epoch. */
export interface Attributes {
  readonly mode: number
  readonly size: number
  readonly changedAt: number
  readonly inode: number
  readonly links: number
  readonly uid: number
  readonly gid: number
}

type Now<T> = T | Promise<T>

/**
 * What a mount answers, one function a request of the kernel. Each may throw: an FsError gives its number, anything
 * else EIO; a throw never ends the daemon.
 */
export interface FileSystem {
  getattr(path: string): Now<Attributes>
  readdir(path: string): Now<readonly string[]>
  open(path: string): Now<number>
  create(path: string): Now<number>
  read(handle: number, into: Buffer, offset: number): Now<number>
  write(handle: number, bytes: Buffer, offset: number): Now<number>
  truncate(path: string, size: number, handle: number | undefined): Now<void>
  flush(handle: number): Now<void>
  release(handle: number): Now<void>
  unlink(path: string): Now<void>
  rename(from: string, to: string): Now<void>
  /** chmod, chown and utimens: nothing is kept, but some programs insist. */
  touch(path: string): Now<void>
  /** What is never allowed: mkdir, rmdir, link, symlink, mknod. */
  refuse(path: string): never
}

export interface DriverOptions {
  readonly mountpoint: string
  readonly fileSystem: FileSystem
  /** Told of every failure before the caller gets its error number, which it gives. */
  readonly onError: (error: unknown, operation: string, path: string) => number
}

/** A mounted file system; disposing it unmounts. */
export interface Mounted extends AsyncDisposable {}

/** The library behind which the kernel's FUSE protocol is spoken. */
export interface FuseDriver {
  readonly name: string
  mount(options: DriverOptions): Promise<Mounted>
}
