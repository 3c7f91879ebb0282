import { createHmac } from 'node:crypto'
import { HEADERS } from '@lighthouse/contract/headers'
import { encodePrincipal } from '@lighthouse/contract/principal'
import type { SubgraphRequest } from '@lighthouse/contract/subgraph-request'
import { randomHex } from '../random-hex.js'

const DAY_MS = 86_400_000

/** The headers that carry everything of a request but its text and variables. The principal is signed when there is a secret. */
export function subgraphHeaders(
  request: SubgraphRequest,
  gatewaySecret: string | undefined,
): Record<string, string> {
  const leftMs = Math.max(0, Math.ceil(request.deadlineAt - Date.now()))
  const headers: Record<string, string> = {
    [HEADERS.requestId]: request.requestId,
    [HEADERS.traceparent]: `00-${request.traceId}-${randomHex(8)}-01`,
  }
  // A subscription has no deadline worth the name.
  if (leftMs < DAY_MS) headers[HEADERS.deadlineMs] = String(leftMs)
  if (request.noteStop !== undefined) headers[HEADERS.walk] = '1'
  if (request.principal !== undefined) {
    const principal = encodePrincipal(request.principal)
    headers[HEADERS.principal] = principal
    if (gatewaySecret !== undefined) {
      headers[HEADERS.signature] = createHmac('sha256', gatewaySecret).update(principal).digest('hex')
    }
  }
  return headers
}
