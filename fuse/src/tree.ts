import { FsError } from './errno.js'
import type { DirectoryNode, FileNode, TreeNode } from './node.js'

const MAX_NAME_BYTES = 255

/** A path's node. Throws ENOENT, ENOTDIR, ENAMETOOLONG, or EILSEQ for a name that is not UTF-8. */
export async function nodeAt(root: DirectoryNode, path: string): Promise<TreeNode> {
  let node: TreeNode = root
  for (const name of namesOf(path)) {
    if (node.kind !== 'directory') throw new FsError('ENOTDIR', `${path}: a part of it is a file`)
    const child: TreeNode | undefined = await node.child(name)
    if (child === undefined) throw new FsError('ENOENT', `${path} is not there`)
    node = child
  }
  return node
}

export async function fileAt(root: DirectoryNode, path: string): Promise<FileNode> {
  const node = await nodeAt(root, path)
  if (node.kind !== 'file') throw new FsError('EISDIR', `${path} is a directory`)
  return node
}

/** The directory that holds a path, and the name in it. */
export async function placeOf(
  root: DirectoryNode,
  path: string,
): Promise<{ readonly parent: DirectoryNode; readonly name: string }> {
  const names = namesOf(path)
  const name = names.at(-1) ?? ''
  const parent = await nodeAt(root, `/${names.slice(0, -1).join('/')}`)
  if (parent.kind !== 'directory') throw new FsError('ENOTDIR', `${path}: a part of it is a file`)
  return { parent, name }
}

/** The FUSE library decodes names as UTF-8 with replacement, so that different bad names would be one: all are refused. */
function namesOf(path: string): readonly string[] {
  if (path.includes('\uFFFD')) throw new FsError('EILSEQ', 'the name is not UTF-8')
  const names = path.split('/').filter((name) => name !== '')
  if (names.some((name) => Buffer.byteLength(name) > MAX_NAME_BYTES))
    throw new FsError('ENAMETOOLONG', `a name is longer than ${MAX_NAME_BYTES} bytes`)
  return names
}

/** A stable inode number: 32-bit FNV-1a of the path. Source: Fowler, Noll, Vo, draft-eastlake-fnv. */
export function inodeOf(path: string): number {
  let hash = 0x811c9dc5
  for (const byte of Buffer.from(path)) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash >>> 0 || 1
}
