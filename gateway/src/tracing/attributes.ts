import type { FetchRow, OperationRow } from '@lighthouse/contract/operation-row'
import type { FetchEnd } from './operation-trace.js'
import type { SpanFacts } from './span-facts.js'

type Attributes = SpanFacts['attributes']

/** Source: OpenTelemetry semantic conventions, "GraphQL" and "HTTP spans"; `lighthouse.*` are our own. */
export function operationAttributes(row: OperationRow, requestId: string): Attributes {
  return {
    ...operation(row.type, row.operation),
    'http.response.status_code': row.http_status,
    'lighthouse.request.id': requestId,
    'lighthouse.document.hash': row.operation_hash,
    'lighthouse.fetches': row.fetches,
    ...(row.client === '' ? {} : { 'lighthouse.client.name': row.client }),
    ...(row.client_version === '' ? {} : { 'lighthouse.client.version': row.client_version }),
    ...(row.agent_id === '' ? {} : { 'user.id': row.agent_id, 'user.roles': row.agent_role }),
    ...(row.status === 'ok' ? {} : { 'error.type': row.error_code || row.status }),
  }
}

export function fetchAttributes(row: FetchRow, { type, url, code }: FetchEnd): Attributes {
  return {
    ...operation(type, row.operation),
    'subgraph.name': row.subgraph,
    'lighthouse.fetch.kind': row.fetch_kind,
    ...(row.entities === 0 ? {} : { 'lighthouse.fetch.entities': row.entities }),
    ...(row.dedup === 0 ? {} : { 'lighthouse.fetch.shared': true }),
    ...(row.cache_tier === 'none' ? {} : { 'lighthouse.cache.tier': row.cache_tier }),
    ...(url === undefined ? {} : overHttp(row, url)),
    ...(code === '' ? {} : { 'error.type': code }),
  }
}

function operation(type: string, name: string): Attributes {
  return {
    'graphql.operation.type': type,
    ...(name === 'anonymous' ? {} : { 'graphql.operation.name': name }),
  }
}

function overHttp(row: FetchRow, url: string): Attributes {
  return {
    'http.request.method': 'POST',
    ...server(url),
    ...(row.http_status === 0 ? {} : { 'http.response.status_code': row.http_status }),
    ...(row.bytes_in === 0 ? {} : { 'http.response.body.size': row.bytes_in }),
    ...(row.retries === 0 ? {} : { 'http.request.resend_count': row.retries }),
  }
}

const PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 }

/** Credentials that stand in an address are not told. */
function server(text: string): Attributes {
  const socket = /^http\+unix:(?:\/\/)?(\/[^:?#]+)/.exec(text)?.[1]
  if (socket !== undefined) return { 'server.address': socket, 'network.transport': 'unix' }
  const url = new URL(text)
  url.username = ''
  url.password = ''
  const port = url.port === '' ? (PORTS[url.protocol] ?? 0) : Number(url.port)
  return { 'url.full': url.href, 'server.address': url.hostname, 'server.port': port }
}
