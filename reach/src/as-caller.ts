import type { IncomingHttpHeaders } from 'node:http'
import { transportOver } from '@lighthouse/client/exchange'
import type { Transport } from '@lighthouse/client/transport'
import { HEADERS } from '@lighthouse/contract/headers'

/** Runs one operation where the gateway is, with the credential that the headers carry. Never rejects. */
export type Perform = (performed: {
  readonly headers: IncomingHttpHeaders
  readonly body: Readonly<Record<string, unknown>>
}) => Promise<{ readonly status: number; readonly text: string }>

/** Headers of a request that belong to its caller and not to the route that it took. */
const CALLERS: readonly string[] = [
  'authorization',
  'cookie',
  'origin',
  'host',
  HEADERS.requestId,
  HEADERS.traceparent,
  HEADERS.tracestate,
  HEADERS.submittedAt,
  HEADERS.walk,
  HEADERS.client,
]

/**
 * The graph as one caller sees it, without a hop: the same documents, deadlines and coded errors as over HTTP. `client`
 * names the route (`name/version`) for callers that do not name themselves.
 */
export function asCaller(perform: Perform, headers: IncomingHttpHeaders, client: string): Transport {
  const own: IncomingHttpHeaders = {}
  for (const name of CALLERS) if (headers[name] !== undefined) own[name] = headers[name]
  const wire = {
    async post(request: { readonly headers: Readonly<Record<string, string>>; readonly body: string }) {
      const body = JSON.parse(request.body) as Record<string, unknown>
      return await perform({ headers: { ...request.headers, ...own }, body })
    },
    async [Symbol.asyncDispose]() {},
  }
  return transportOver(wire, { url: 'this gateway', key: undefined, client })
}
