import type { ValidationInput } from '@lighthouse/client/documents'
import { submit } from '@lighthouse/client/submit'
import { jsonRoute } from './json-route.js'
import { Refused } from './refused.js'

/** Above what a tool's input may be, so that one that is too long is judged (BLOCK) and not merely refused. */
const MAX_BODY_BYTES = 1024 * 1024

const FIELDS = ['toolName', 'toolInput', 'requestId', 'sessionId', 'cwd', 'projectRoot'] as const

/** POST /v1/validate: one tool call as JSON, its decision as JSON. An error is never a decision. */
export const validateRoute = jsonRoute({
  client: 'lighthouse-rest/1',
  maxBodyBytes: MAX_BODY_BYTES,
  what: 'the tool call',
  answer: async ({ body, transport }) => ({ status: 200, body: await submit(transport, readInput(body)) }),
})

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
