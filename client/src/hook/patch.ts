import { keyOf, textOf, type ToolCall } from './call.js'

/** Files of one patch that are looked at; a larger one is judged as the unknown tool that it is. */
const MAX_FILES = 100
const HEADER = /^\*\*\* (Add File|Update File|Delete File|Move to): (.+)$/

/**
 * A call of `apply_patch` as the writes and deletions that it stands for, so that paths and contents are judged like
 * those of any other agent. Undefined when the patch cannot be read: then nobody knows what it would do.
 */
export function callsOfPatch(call: ToolCall): readonly ToolCall[] | undefined {
  const text = textOf(call.toolInput['command']) ?? textOf(call.toolInput['input'])
  const files = text === undefined ? undefined : filesOf(text)
  if (files === undefined || files.length === 0 || files.length > MAX_FILES) return undefined
  return files.map(({ action, path, added }) => {
    const what =
      action === 'Delete File'
        ? { toolName: 'Bash', toolInput: { command: `rm -- '${path.replaceAll("'", `'\\''`)}'` } }
        : { toolName: 'Write', toolInput: { file_path: path, content: added.join('\n') } }
    const requestId = call.requestId === undefined ? undefined : keyOf([call.sessionId, call.requestId, what])
    return { ...call, ...what, requestId }
  })
}

interface PatchedFile {
  readonly action: string
  readonly path: string
  readonly added: string[]
}

function filesOf(text: string): PatchedFile[] | undefined {
  const lines = text.trim().split(/\r?\n/)
  if (lines[0] !== '*** Begin Patch' || lines.at(-1) !== '*** End Patch') return undefined
  const files: PatchedFile[] = []
  for (const line of lines.slice(1, -1)) {
    const [, action, path] = HEADER.exec(line) ?? []
    if (action !== undefined && path !== undefined) files.push({ action, path: path.trim(), added: [] })
    else if (line.startsWith('+')) files.at(-1)?.added.push(line.slice(1))
    else if (line.startsWith('***') && line !== '*** End of File') return undefined
  }
  return files
}
