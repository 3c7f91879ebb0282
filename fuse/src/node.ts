type Now<T> = T | Promise<T>

/** One open file. Each open has its own, so that readers do not share a position. */
export interface OpenFile {
  /** Fills `into` and answers how much; 0 ends the file. `offset` is what the kernel believes. */
  read(into: Buffer, offset: number): Now<number>
  /** Takes all of `bytes` (valid only during the call) or throws FsError. */
  write?(bytes: Buffer, offset: number): Now<void>
  truncate?(size: number): void
  /** A close is coming; may come several times, and before the first write. */
  flush?(): Now<void>
  /** The last close. Nothing that happens here reaches the caller. */
  release?(): void
}

export interface FileNode {
  readonly kind: 'file'
  /** Permission bits. */
  readonly mode: number
  /** Bytes; 0 where the content is not known before it is read. */
  size(): Now<number>
  /** Milliseconds since the epoch of the last change. */
  changedAt(): number
  /** O_TRUNC and truncate(2); absent where a size means nothing. */
  truncate?(size: number): void
  open(): Now<OpenFile>
}

export interface DirectoryNode {
  readonly kind: 'directory'
  readonly mode: number
  list(): Now<readonly string[]>
  child(name: string): Now<TreeNode | undefined>
  /** Makes and opens a new file; absent where nothing may be made. */
  create?(name: string): Now<OpenFile>
  remove?(name: string): Now<void>
  rename?(from: string, to: string): Now<void>
}

export type TreeNode = FileNode | DirectoryNode

/** A directory whose children are known from the start. */
export function directory(children: Readonly<Record<string, TreeNode>>): DirectoryNode {
  const names = Object.keys(children)
  return {
    kind: 'directory',
    mode: 0o555,
    list: () => names,
    child: (name) => (Object.hasOwn(children, name) ? children[name] : undefined),
  }
}

/**
 * A file whose text is made when it is opened: one open sees one version. Its size is 0, as procfs has it: a size asked
 * at another moment than the text would have readers cut the text there (P-087).
 */
export function textFile(render: () => Now<string>, changedAt: () => number): FileNode {
  return { kind: 'file', mode: 0o444, size: () => 0, changedAt, open: async () => openText(await render()) }
}

/** A file whose text never changes. */
export function fixedFile(text: string): FileNode {
  const [size, at] = [Buffer.byteLength(text), Date.now()]
  return { kind: 'file', mode: 0o444, size: () => size, changedAt: () => at, open: () => openText(text) }
}

/** An open file over a text that does not change. */
export function openText(text: string): OpenFile {
  const bytes = Buffer.from(text)
  return { read: (into, offset) => (offset >= bytes.length ? 0 : bytes.copy(into, 0, offset)) }
}
