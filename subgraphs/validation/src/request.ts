import { coded } from '@lighthouse/chassis/errors'
import type { ToolCall } from './understand.js'

export interface ValidationRequest {
  readonly call: ToolCall
  readonly requestId: string | undefined
}

const MAX_NAME = 200
const MAX_PATH = 4_096

/** Reads ValidationInput. Throws BAD_USER_INPUT, naming the field, for a value that cannot be meant. */
export function readRequest(input: unknown): ValidationRequest {
  const { toolName, toolInput, requestId, cwd, projectRoot } = input as Record<string, unknown>
  if (typeof toolName !== 'string' || toolName === '' || toolName.length > MAX_NAME) {
    throw coded('BAD_USER_INPUT', `toolName is the name of a tool, 1 to ${MAX_NAME} characters.`)
  }
  if (typeof toolInput !== 'object' || toolInput === null || Array.isArray(toolInput)) {
    throw coded('BAD_USER_INPUT', 'toolInput is the JSON object that the tool takes.')
  }
  return {
    call: {
      toolName,
      toolInput: toolInput as Record<string, unknown>,
      cwd: directory('cwd', cwd),
      projectRoot: directory('projectRoot', projectRoot),
    },
    requestId: text('requestId', requestId, MAX_NAME),
  }
}

function directory(field: string, value: unknown): string | undefined {
  const path = text(field, value, MAX_PATH)
  if (path === undefined || path.startsWith('/')) return path
  throw coded('BAD_USER_INPUT', `${field} is an absolute path, not ${JSON.stringify(path.slice(0, 100))}.`)
}

function text(field: string, value: unknown, max: number): string | undefined {
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value === 'string' && value.length <= max && !value.includes('\u0000')) return value
  throw coded('BAD_USER_INPUT', `${field} is a text of at most ${max} characters.`)
}
