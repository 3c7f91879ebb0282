import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ValidationInput } from '@lighthouse/client/documents'
import { submit } from '@lighthouse/client/submit'
import { asCaller, type Perform } from './as-caller.js'
import { readJson } from './read-body.js'
import { Refused, send, sendError } from './refused.js'

/** Above what a tool's input may be, so that one that is too long is judged (BLOCK) and not merely refused. */
const MAX_BODY_BYTES = 1024 * 1024

const FIELDS = ['toolName', 'toolInput', 'requestId', 'sessionId', 'cwd', 'projectRoot'] as const

/**
 * POST /v1/validate: one tool call as JSON, its decision as JSON. An error is never a decision: it has its code's status
 * and `{"error":{code, message, retryable, requestId}}`.
 */
export async function validateRoute(
  request: IncomingMessage,
  response: ServerResponse,
  perform: Perform,
): Promise<void> {
  try {
    if (request.method !== 'POST')
      throw new Refused('METHOD_NOT_ALLOWED', 'Send the tool call with POST.', { allow: 'POST, OPTIONS' })
    const input = readInput(await readJson(request, MAX_BODY_BYTES))
    const decision = await submit(asCaller(perform, request.headers, 'lighthouse-rest/1'), input)
    send(response, 200, decision)
  } catch (error) {
    sendError(response, error)
  }
}

function readInput(body: Readonly<Record<string, unknown>>): ValidationInput {
  const unknown = Object.keys(body).find((key) => !FIELDS.some((field) => field === key))
  if (unknown !== undefined)
    throw new Refused(
      'BAD_USER_INPUT',
      `"${unknown.slice(0, 80)}" is no field; there are ${FIELDS.join(', ')}.`,
    )
  const { toolName, toolInput, ...rest } = body
  if (typeof toolName !== 'string') throw new Refused('BAD_USER_INPUT', 'toolName is the name of a tool.')
  for (const [key, value] of Object.entries(rest))
    if (typeof value !== 'string' && value !== null)
      throw new Refused('BAD_USER_INPUT', `${key} is a text, not ${JSON.stringify(value).slice(0, 80)}.`)
  return { toolName, toolInput, ...(rest as Omit<ValidationInput, 'toolName' | 'toolInput'>) }
}
