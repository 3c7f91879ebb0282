import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Operation } from '@lighthouse/client/documents'
import { asCaller, type Perform } from './as-caller.js'
import { readJson } from './read-body.js'
import { Refused, send, sendError } from './refused.js'

/** Rules compiled to wasm are larger than what GraphQL takes over the wire. */
const MAX_BODY_BYTES = 4 * 1024 * 1024

const DRAFT: Operation<{ readonly draftPolicy: object }, { readonly input: object }> = {
  name: 'DraftPolicy',
  kind: 'mutation',
  text: `mutation DraftPolicy($input: PolicyDraftInput!) {
  draftPolicy(input: $input) { version ruleCount note author rulesRebuilt changes { path before after } }
}`,
}

/** POST /v1/policy/draft: `draftPolicy` with a body of up to 4 MB; the fields of PolicyDraftInput in, the draft out. */
export async function policyRoute(
  request: IncomingMessage,
  response: ServerResponse,
  perform: Perform,
): Promise<void> {
  try {
    if (request.method !== 'POST')
      throw new Refused('METHOD_NOT_ALLOWED', 'Send the draft with POST.', { allow: 'POST, OPTIONS' })
    const input = await readJson(request, MAX_BODY_BYTES)
    const transport = asCaller(perform, request.headers, 'lighthouse-rest/1')
    send(response, 200, (await transport.run(DRAFT, { input })).draftPolicy)
  } catch (error) {
    sendError(response, error)
  }
}
