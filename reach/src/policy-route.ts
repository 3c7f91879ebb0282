import type { Operation } from '@lighthouse/client/documents'
import { jsonRoute } from './json-route.js'

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
export const policyRoute = jsonRoute({
  client: 'lighthouse-rest/1',
  maxBodyBytes: MAX_BODY_BYTES,
  what: 'the draft',
  answer: async ({ body, transport }) => ({
    status: 200,
    body: (await transport.run(DRAFT, { input: body })).draftPolicy,
  }),
})
