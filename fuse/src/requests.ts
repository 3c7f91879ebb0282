import { CommandBuffer } from './command-buffer.js'
import { FsError } from './errno.js'
import type { DirectoryNode, FileNode, OpenFile } from './node.js'
import { openText } from './node.js'
import type { Verdicts } from './verdicts.js'

const REQUEST = /^([A-Za-z0-9_][A-Za-z0-9._-]*)\.json$/
const MAX_DRAFTS = 64
const MAX_DRAFT_BYTES = 1024 * 1024

/** The name under which a file of this directory is a request; undefined for a draft, which a rename makes one. */
function requestName(file: string): string | undefined {
  return REQUEST.exec(file)?.[1]
}

/** validate/requests/: a file written here, or renamed to <name>.json, is a request. */
export function requestsDirectory(verdicts: Verdicts): DirectoryNode {
  const drafts = new Map<string, Buffer>()
  /** Requests that were made with open(2) and have no text yet: they must be there to stat(2). */
  const opened = new Map<string, number>()

  function truncateDraft(name: string, size: number): void {
    const draft = drafts.get(name)
    if (draft !== undefined) drafts.set(name, Buffer.from(draft.subarray(0, size)))
  }

  function openDraft(name: string): OpenFile {
    return {
      read: (into, offset) => (drafts.get(name) ?? Buffer.alloc(0)).subarray(offset).copy(into),
      write(bytes, offset) {
        const before = drafts.get(name) ?? Buffer.alloc(0)
        const end = offset + bytes.length
        if (end > MAX_DRAFT_BYTES)
          throw new FsError('EMSGSIZE', `a request is at most ${MAX_DRAFT_BYTES} bytes`, 'PAYLOAD_TOO_LARGE')
        const grown = Buffer.alloc(Math.max(before.length, end))
        before.copy(grown)
        bytes.copy(grown, offset)
        drafts.set(name, grown)
      },
      truncate: (size) => truncateDraft(name, size),
    }
  }

  function openRequest(file: string, name: string): OpenFile {
    const buffer = new CommandBuffer()
    opened.set(file, (opened.get(file) ?? 0) + 1)
    return {
      read: (into, offset) => openText(verdicts.get(name)?.text ?? '').read(into, offset),
      write(bytes, offset) {
        const text = buffer.take(bytes, offset)
        return text === undefined ? undefined : verdicts.ask(name, text)
      },
      truncate: () => buffer.clear(),
      async flush() {
        const text = buffer.rest()
        if (text !== undefined) await verdicts.ask(name, text)
      },
      release() {
        const left = (opened.get(file) ?? 1) - 1
        if (left === 0) opened.delete(file)
        else opened.set(file, left)
      },
    }
  }

  function openFile(file: string): OpenFile {
    const name = requestName(file)
    return name === undefined ? openDraft(file) : openRequest(file, name)
  }

  function nodeOf(file: string): FileNode {
    const name = requestName(file)
    const request = name === undefined ? undefined : verdicts.get(name)
    return {
      kind: 'file',
      mode: 0o600,
      size: () => request?.text.length ?? drafts.get(file)?.length ?? 0,
      changedAt: () => request?.verdict.askedAt ?? Date.now(),
      truncate: (size) => truncateDraft(file, size),
      open: () => openFile(file),
    }
  }

  return {
    kind: 'directory',
    mode: 0o700,
    list: () => [
      ...new Set([...verdicts.names.map((name) => `${name}.json`), ...drafts.keys(), ...opened.keys()]),
    ],
    child(file) {
      const name = requestName(file)
      const isThere =
        drafts.has(file) || opened.has(file) || (name !== undefined && verdicts.get(name) !== undefined)
      return isThere ? nodeOf(file) : undefined
    },
    create(file) {
      if (requestName(file) === undefined) {
        if (!drafts.has(file) && drafts.size >= MAX_DRAFTS)
          throw new FsError('ENOSPC', `${MAX_DRAFTS} drafts are there`)
        drafts.set(file, Buffer.alloc(0))
      }
      return openFile(file)
    },
    remove(file) {
      const name = requestName(file)
      const removed = drafts.delete(file) || (name !== undefined && verdicts.remove(name))
      if (!removed) throw new FsError('ENOENT', `${file} is not there`)
    },
    async rename(from, to) {
      const draft = drafts.get(from)
      if (draft === undefined) throw new FsError('EPERM', `${from} is no draft`)
      const name = requestName(to)
      if (name === undefined) drafts.set(to, draft)
      else await commit(name, draft, verdicts)
      drafts.delete(from)
    },
  }
}

async function commit(name: string, draft: Buffer, verdicts: Verdicts): Promise<void> {
  const buffer = new CommandBuffer()
  const text = buffer.take(draft, 0) ?? buffer.rest()
  if (text === undefined) throw new FsError('EINVAL', `${name} is empty`, 'BAD_USER_INPUT')
  await verdicts.ask(name, text)
}
