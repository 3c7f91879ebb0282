import { createHmac } from 'node:crypto'
import { HEADERS } from '@lighthouse/contract/headers'
import { encodePrincipal, type Principal } from '@lighthouse/contract/principal'
import type { ClientHeaders, SubgraphRequest } from '@lighthouse/contract/subgraph-request'
import { randomHex } from '../random-hex.js'

export interface IdentityOptions {
  /** Signs who the caller is; without one the principal is not signed. */
  readonly gatewaySecret?: string | undefined
  /** The client's headers that are passed on, in lower case. */
  readonly forwardHeaders: readonly string[]
}

/**
 * Names and values by turns of what tells requests of one body apart: who asks, and what is passed on of the client's
 * headers. Requests that are equal in it may share an answer.
 */
export function createIdentity(
  options: IdentityOptions,
): (request: Pick<SubgraphRequest, 'principal' | 'clientHeaders'>) => string[] {
  const { gatewaySecret, forwardHeaders } = options
  // One operation asks many times for one principal, and a signature costs more than the rest.
  const signed = new WeakMap<Principal, readonly string[]>()
  return ({ principal, clientHeaders }) => {
    const headers: string[] = []
    if (principal !== undefined) {
      const known = signed.get(principal) ?? sign(principal, gatewaySecret)
      signed.set(principal, known)
      headers.push(...known)
    }
    if (clientHeaders !== undefined) {
      for (const name of forwardHeaders) {
        const value = textOf(clientHeaders[name])
        if (value !== undefined) headers.push(name, value)
      }
    }
    return headers
  }
}

function sign(principal: Principal, secret: string | undefined): readonly string[] {
  const encoded = encodePrincipal(principal)
  if (secret === undefined) return [HEADERS.principal, encoded]
  const signature = createHmac('sha256', secret).update(encoded).digest('hex')
  return [HEADERS.principal, encoded, HEADERS.signature, signature]
}

function textOf(value: ClientHeaders[string]): string | undefined {
  return typeof value === 'string' || value === undefined ? value : value.join(', ')
}

/** The W3C trace headers of one request to a subgraph: a new span unless the request has one. */
export function traceHeaders({ traceId, span }: Pick<SubgraphRequest, 'traceId' | 'span'>): string[] {
  const flags = span?.isSampled === false ? '00' : '01'
  const headers = [HEADERS.traceparent, `00-${traceId}-${span?.id ?? randomHex(8)}-${flags}`]
  if (span?.state !== undefined) headers.push(HEADERS.tracestate, span.state)
  return headers
}

/** Those headers of an answer that the client is to get; undefined when there are none. */
export function returnedHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  names: readonly string[],
): Record<string, string | string[]> | undefined {
  let returned: Record<string, string | string[]> | undefined
  for (const name of names) {
    const value = headers[name]
    if (value !== undefined) (returned ??= {})[name] = value
  }
  return returned
}
