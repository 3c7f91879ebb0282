import type { IncomingMessage } from 'node:http'
import { coded } from './errors.js'

export interface GraphQLBody {
  readonly query: string
  readonly variables: Readonly<Record<string, unknown>>
}

/** Reads the text of an HTTP body. Throws UNSUPPORTED_MEDIA_TYPE, or PAYLOAD_TOO_LARGE as soon as the limit is passed. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<string> {
  const [type] = (request.headers['content-type'] ?? '').split(';')
  if (type?.trim().toLowerCase() !== 'application/json') {
    throw coded('UNSUPPORTED_MEDIA_TYPE', 'Send content-type: application/json.')
  }
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > maxBytes) throw coded('PAYLOAD_TOO_LARGE', `The body is larger than ${maxBytes} bytes.`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Reads a GraphQL request from a body's text. Throws BAD_REQUEST. */
export function readGraphQL(text: string): GraphQLBody {
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    throw coded('BAD_REQUEST', 'The body is not JSON.')
  }
  const { query, variables } = (body ?? {}) as { query?: unknown; variables?: unknown }
  if (typeof query !== 'string') throw coded('BAD_REQUEST', 'The body has no "query" text.')
  if (variables === undefined || variables === null) return { query, variables: {} }
  if (typeof variables !== 'object' || Array.isArray(variables)) {
    throw coded('BAD_REQUEST', '"variables" is not an object.')
  }
  return { query, variables: variables as Record<string, unknown> }
}
