import { FsError } from './errno.js'
import { type DirectoryNode, type FileNode, type OpenFile, openText } from './node.js'
import type { Request, Verdicts } from './verdicts.js'
import type { Waiting } from './waiting.js'

const RESULT = /^(.+)\.(json|wait)$/

/** validate/results/: <name>.json once the decision is known; <name>.wait, read until it is. */
export function resultsDirectory(verdicts: Verdicts, waiting: Waiting): DirectoryNode {
  const answered = (name: string) => verdicts.get(name)?.verdict.line !== undefined
  return {
    kind: 'directory',
    mode: 0o700,
    list: () =>
      verdicts.names.flatMap((name) =>
        answered(name) ? [`${name}.json`, `${name}.wait`] : [`${name}.wait`],
      ),
    child(file) {
      const [, name = '', ending] = RESULT.exec(file) ?? []
      const request = verdicts.get(name)
      if (request === undefined) return undefined
      if (ending === 'wait') return waitFile(request, waiting)
      return answered(name) ? resultFile(request) : undefined
    },
    remove(file) {
      const [, name = ''] = RESULT.exec(file) ?? []
      if (!verdicts.remove(name)) throw new FsError('ENOENT', `${file} is not there`)
    },
  }
}

function resultFile({ verdict }: Request): FileNode {
  const line = verdict.line ?? ''
  return {
    kind: 'file',
    mode: 0o400,
    size: () => Buffer.byteLength(line),
    changedAt: () => verdict.askedAt,
    open: () => openText(line),
  }
}

function waitFile({ verdict }: Request, waiting: Waiting): FileNode {
  const open = (): OpenFile => ({
    async read(into, offset) {
      await waiting.until(
        () => verdict.line !== undefined,
        (changed) => verdict.onChange(changed),
      )
      return openText(verdict.line ?? '').read(into, offset)
    },
  })
  return { kind: 'file', mode: 0o400, size: () => 0, changedAt: () => verdict.askedAt, open }
}
