import { createHmac } from 'node:crypto'
import { HEADERS } from '@lighthouse/contract/headers'
import { encodePrincipal, encodeSignature, type Principal, signedText } from '@lighthouse/contract/principal'
import type { ClientHeaders, SubgraphRequest } from '@lighthouse/contract/subgraph-request'
import { randomHex } from '../random-hex.js'

export interface IdentityOptions {
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
  const { forwardHeaders } = options
  // One operation asks many times for one principal.
  const encoded = new WeakMap<Principal, string>()
  return ({ principal, clientHeaders }) => {
    const headers: string[] = []
    if (principal !== undefined) {
      const known = encoded.get(principal) ?? encodePrincipal(principal)
      encoded.set(principal, known)
      headers.push(HEADERS.principal, known)
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

/** Signs one request that is sent now: `headers` are those of its identity. Empty without a secret. */
export type SignRequest = (headers: readonly string[], body: string) => readonly string[]

export function createSigner(gatewaySecret: string | undefined): SignRequest {
  if (gatewaySecret === undefined) return () => []
  return (headers, body) => {
    const at = Date.now()
    const named = headers.indexOf(HEADERS.principal)
    const text = signedText(at, named < 0 ? '' : (headers[named + 1] ?? ''), body)
    const mac = createHmac('sha256', gatewaySecret).update(text).digest('hex')
    return [HEADERS.signature, encodeSignature({ at, mac })]
  }
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
