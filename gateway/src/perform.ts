import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http'
import { admit } from './admit.js'
import { type Operating, refuse } from './operate.js'
import { open } from './receive.js'
import { record } from './record.js'
import { openScope } from './open-scope.js'
import type { Answer } from './respond.js'

/** One GraphQL request that a route runs for its caller. */
export interface Performed {
  /** The caller's own: they carry the credential and the ids. */
  readonly headers: IncomingHttpHeaders
  /** `{query, operationName, variables}`; the document is the route's own, so it is not limited. */
  readonly body: Readonly<Record<string, unknown>>
}

/** Runs one operation as its caller and answers as /graphql would. Never rejects. */
export type Perform = (performed: Performed) => Promise<Answer>

/** Answers one HTTP request. A rejection is answered as a fault of ours. */
export type ServeRoute = (
  request: IncomingMessage,
  response: ServerResponse,
  perform: Perform,
) => Promise<void>

/** Addresses beside /graphql, by path; a path that ends in `/` stands for all below it. */
export type Routes = Readonly<Record<string, ServeRoute>>

/** The steps of `operate` for a document that did not come over the wire; admitted, measured and recorded the same. */
export async function perform({ headers, body }: Performed, operating: Operating): Promise<Answer> {
  const envelope = open(headers)
  const passing = openScope(envelope, operating.scopes)
  let answer: Answer
  try {
    passing.passed('receive')
    const { principal } = await admit(
      operating.door.identification.credentialOf(headers),
      undefined,
      operating.door,
    )
    passing.principal = principal
    passing.passed('admit')
    const query = typeof body['query'] === 'string' ? body['query'] : undefined
    const { variables } = body
    const json = { ...headers, accept: 'application/json' }
    const { walk } = envelope
    const received = {
      headers: json,
      walk,
      method: 'POST',
      search: '',
      body,
      query,
      variables,
      mayUseCookie: true,
    }
    answer = await operating.respond(received, passing.scope)
  } catch (cause) {
    answer = refuse(cause, passing.scope, operating.log)
  }
  record(
    passing.scope,
    { httpStatus: answer.status, bytesOut: Buffer.byteLength(answer.text) },
    operating.recording,
  )
  passing.close()
  return answer
}
