import type { FetchRow, OperationRow, OperationType } from '@lighthouse/contract/operation-row'
import { LRUCache } from 'lru-cache'
import type { SpanFacts } from './span-facts.js'

/** What a fetch's row does not tell. */
export interface FetchFacts {
  readonly type: OperationType
  /** Where it was sent; undefined in one process. */
  readonly url: string | undefined
  /** The code of what went wrong; '' for nothing. */
  readonly code: string
}

/** Filled name by name: spreading one object into another takes most of the time that a span costs. */
type Attributes = Record<string, string | number | boolean>

/** Source: OpenTelemetry semantic conventions, "GraphQL" and "HTTP spans"; `lighthouse.*` are our own. */
export function operationAttributes(row: OperationRow, requestId: string): SpanFacts['attributes'] {
  const found = operation(row.type, row.operation)
  found['http.response.status_code'] = row.http_status
  found['lighthouse.request.id'] = requestId
  found['lighthouse.document.hash'] = row.operation_hash
  found['lighthouse.fetches'] = row.fetches
  if (row.client !== '') found['lighthouse.client.name'] = row.client
  if (row.client_version !== '') found['lighthouse.client.version'] = row.client_version
  if (row.agent_id !== '') {
    found['user.id'] = row.agent_id
    found['user.roles'] = row.agent_role
  }
  if (row.status !== 'ok') found['error.type'] = row.error_code || row.status
  return found
}

export function fetchAttributes(row: FetchRow, { type, url, code }: FetchFacts): SpanFacts['attributes'] {
  const found = operation(type, row.operation)
  found['subgraph.name'] = row.subgraph
  found['lighthouse.fetch.kind'] = row.fetch_kind
  if (row.entities > 0) found['lighthouse.fetch.entities'] = row.entities
  if (row.dedup > 0) found['lighthouse.fetch.shared'] = true
  if (row.cache_tier !== 'none') found['lighthouse.cache.tier'] = row.cache_tier
  if (url !== undefined) addHttp(found, row, url)
  if (code !== '') found['error.type'] = code
  return found
}

function operation(type: string, name: string): Attributes {
  const found: Attributes = { 'graphql.operation.type': type }
  if (name !== 'anonymous') found['graphql.operation.name'] = name
  return found
}

function addHttp(found: Attributes, row: FetchRow, url: string): void {
  found['http.request.method'] = 'POST'
  for (const [name, value] of server(url)) found[name] = value
  if (row.http_status > 0) found['http.response.status_code'] = row.http_status
  if (row.bytes_in > 0) found['http.response.body.size'] = row.bytes_in
  if (row.retries > 0) found['http.request.resend_count'] = row.retries
}

type Server = readonly (readonly [name: string, value: string | number])[]

/** Addresses of subgraphs; a supergraph has a few, and those of replaced ones go. */
const MAX_SERVERS = 1_000
const servers = new LRUCache<string, Server>({ max: MAX_SERVERS })

function server(url: string): Server {
  let known = servers.get(url)
  if (known === undefined) servers.set(url, (known = readServer(url)))
  return known
}

const PORTS: Readonly<Record<string, number>> = { 'http:': 80, 'https:': 443 }

/** Credentials that stand in an address are not told. */
function readServer(text: string): Server {
  const socket = /^http\+unix:(?:\/\/)?(\/[^:?#]+)/.exec(text)?.[1]
  if (socket !== undefined) {
    return [
      ['server.address', socket],
      ['network.transport', 'unix'],
    ]
  }
  const url = new URL(text)
  url.username = ''
  url.password = ''
  const port = url.port === '' ? (PORTS[url.protocol] ?? 0) : Number(url.port)
  return [
    ['url.full', url.href],
    ['server.address', url.hostname],
    ['server.port', port],
  ]
}
