import { getgid, getuid } from 'node:process'
import type { Attributes, FileSystem } from './driver.js'
import { FsError } from './errno.js'
import type { Handles } from './handles.js'
import type { DirectoryNode } from './node.js'
import { fileAt, inodeOf, nodeAt, placeOf } from './tree.js'

const S_IFDIR = 0o040000
const S_IFREG = 0o100000

/** The kernel's requests, answered by a tree of nodes and a table of open files. */
export function fileSystemOf(root: DirectoryNode, handles: Handles): FileSystem {
  const owner = { uid: getuid?.() ?? 0, gid: getgid?.() ?? 0 }
  const mountedAt = Date.now()
  return {
    async getattr(path): Promise<Attributes> {
      const node = await nodeAt(root, path)
      const inode = inodeOf(path)
      if (node.kind === 'directory')
        return { mode: S_IFDIR | node.mode, size: 0, changedAt: mountedAt, inode, links: 2, ...owner }
      const size = await node.size()
      return { mode: S_IFREG | node.mode, size, changedAt: node.changedAt(), inode, links: 1, ...owner }
    },
    async readdir(path) {
      const node = await nodeAt(root, path)
      if (node.kind !== 'directory') throw new FsError('ENOTDIR', `${path} is a file`)
      return ['.', '..', ...(await node.list())]
    },
    async open(path) {
      const node = await fileAt(root, path)
      return handles.add(path, await node.open())
    },
    async create(path) {
      const { parent, name } = await placeOf(root, path)
      if (parent.create === undefined)
        throw new FsError('EPERM', `nothing may be made in the directory of ${path}`)
      return handles.add(path, await parent.create(name))
    },
    read: (handle, into, offset) => handles.get(handle).file.read(into, offset),
    write(handle, bytes, offset) {
      const { file, path } = handles.get(handle)
      if (file.write === undefined) throw new FsError('EPERM', `${path} is only read`)
      const length = bytes.length
      const done = file.write(bytes, offset)
      return done === undefined ? length : done.then(() => length)
    },
    async truncate(path, size, handle) {
      if (handle !== undefined) return handles.get(handle).file.truncate?.(size)
      const node = await fileAt(root, path)
      if ((node.mode & 0o222) === 0) throw new FsError('EPERM', `${path} is only read`)
      node.truncate?.(size)
    },
    flush: (handle) => handles.get(handle).file.flush?.(),
    release: (handle) => handles.take(handle)?.file.release?.(),
    async unlink(path) {
      const { parent, name } = await placeOf(root, path)
      if (parent.remove === undefined) throw new FsError('EPERM', `${path} cannot be removed`)
      await parent.remove(name)
    },
    async rename(from, to) {
      const source = await placeOf(root, from)
      const target = await placeOf(root, to)
      if (source.parent !== target.parent || source.parent.rename === undefined)
        throw new FsError('EPERM', `${from} cannot be renamed to ${to}`)
      await source.parent.rename(source.name, target.name)
    },
    async touch(path) {
      const node = await nodeAt(root, path)
      if ((node.mode & 0o222) === 0) throw new FsError('EPERM', `${path} is only read`)
    },
    refuse(path) {
      throw new FsError('EPERM', `${path}: this is never allowed in this tree`)
    },
  }
}
