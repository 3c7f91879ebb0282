import { text } from 'node:stream/consumers'
import type { ValidationInput } from '@lighthouse/client/documents'
import type { Command } from 'commander'
import { CommandError } from './command-error.js'

/** The options by which a command is told of a tool call. */
export interface ToolCallOptions {
  readonly tool: string
  readonly cwd?: string
}

/** A tool call as it is sent. */
export interface ToolCall extends ValidationInput {
  readonly toolInput: Record<string, unknown>
}

export function withToolCall(command: Command): Command {
  return command
    .argument(
      '<command>',
      'the command, path or URL; a JSON object is taken as the tool input; - reads it from stdin',
    )
    .option('--tool <name>', 'the tool as its agent names it', 'Bash')
    .option('--cwd <dir>', 'the directory in which it would run')
}

/** The tool call that an argument and the options name; its directory is this process' own unless one is given. */
export async function readToolCall(argument: string, { tool, cwd }: ToolCallOptions): Promise<ToolCall> {
  return { toolName: tool, toolInput: await readToolInput(tool, argument), cwd: cwd ?? process.cwd() }
}

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
async function readToolInput(tool: string, argument: string): Promise<Record<string, unknown>> {
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
