import { text } from 'node:stream/consumers'
import { CommandError } from './command-error.js'

/** The field of each tool's input that a plain argument fills. */
const SUBJECT_FIELDS: Readonly<Record<string, string>> = {
  Bash: 'command',
  Read: 'file_path',
  Write: 'file_path',
  Edit: 'file_path',
  MultiEdit: 'file_path',
  NotebookEdit: 'notebook_path',
  WebFetch: 'url',
}

/** A tool's input from the argument that names it: a JSON object as it is, `-` from stdin, else the tool's subject. */
export async function readToolInput(tool: string, argument: string): Promise<Record<string, unknown>> {
  const subject = argument === '-' ? (await text(process.stdin)).replace(/\n$/, '') : argument
  if (subject.trim() === '')
    throw new CommandError('BAD_USAGE', 'There is no command to judge; give one, or - with one on stdin.')
  if (subject.startsWith('{')) {
    try {
      return JSON.parse(subject) as Record<string, unknown>
    } catch {
      // A shell group such as `{ ls; }` is a command, not JSON.
    }
  }
  return { [SUBJECT_FIELDS[tool] ?? 'input']: subject }
}
