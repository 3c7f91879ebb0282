import { request as httpRequest } from 'node:http'
import { HEADERS } from '@lighthouse/contract/headers'
import { bodyText, encodePrincipal, SIGNATURE_LIFE_MS } from '@lighthouse/contract/principal'
import { createClient } from 'graphql-ws'
import { describe, it, onTestFinished } from 'vitest'
import { WebSocket } from 'ws'
import { httpPeer } from '../src/peer.js'
import { type ServeOptions, serveSubgraph } from '../src/serve.js'
import { sign } from '../src/wire.js'
import { AGENT, ask, createLibrary } from './library.js'

const SECRET = 'gateway-secret-of-this-test'

async function serveLibrary(options: Partial<ServeOptions> = {}) {
  const library = createLibrary()
  const served = await serveSubgraph(library.subgraph, { gatewaySecret: SECRET, drainMs: 200, ...options })
  onTestFinished(() => served[Symbol.asyncDispose]())
  return { ...library, served }
}

const MINE = '{"query":"{ mine }"}'
interface Signing {
  readonly principal?: string
  readonly secret?: string
  readonly at?: number
}
/** Headers of a request with this body. */
const signed = (
  body: string,
  { principal = encodePrincipal(AGENT), secret = SECRET, at = Date.now() }: Signing = {},
) => ({
  ...(principal === '' ? {} : { [HEADERS.principal]: principal }),
  [HEADERS.signature]: sign(secret, { principal, body }, at),
})
const JSON_TYPE = { 'content-type': 'application/json' }
const post = (url: string, headers: Record<string, string>, body: string | Buffer) =>
  fetch(url, { method: 'POST', headers, body })

describe('a served subgraph', () => {
  const admin = encodePrincipal({ ...AGENT, role: 'ADMIN' })
  const nonsense = encodePrincipal({ ...AGENT, role: 'ROOT' as 'ADMIN' })
  /** The same signature, a second later. */
  const moved = (headers: ReturnType<typeof signed>) =>
    headers[HEADERS.signature].replace(/\.(\d+)\./, (_, at: string) => `.${Number(at) + 1_000}.`)
  it.for([
    ['no principal', {}],
    ['a principal without signature', { [HEADERS.principal]: admin }],
    ['a signature for nobody', signed(MINE, { principal: '' })],
    ['another principal than was signed', { ...signed(MINE), [HEADERS.principal]: admin }],
    ['another body than was signed', signed('{"query":"{ book(id: 1) { title } }"}')],
    ['a signature under another secret', signed(MINE, { principal: admin, secret: 'guess' })],
    ['a signature that is sent again later', signed(MINE, { at: Date.now() - SIGNATURE_LIFE_MS - 1_000 })],
    ['a signature of the future', signed(MINE, { at: Date.now() + SIGNATURE_LIFE_MS + 5_000 })],
    ['a signature with another time', { ...signed(MINE), [HEADERS.signature]: moved(signed(MINE)) }],
    ['a signature that is cut short', { ...signed(MINE), [HEADERS.signature]: 'v1.1.ab' }],
    ['a signature that is not hex', { ...signed(MINE), [HEADERS.signature]: 'é'.repeat(32) }],
    ['a signed text that is no principal', signed(MINE, { principal: '%5B%22admin%22%5D' })],
    ['a signed principal of an unknown role', signed(MINE, { principal: nonsense })],
  ] as const)('[P-021] answers 401 to %s', async ([, headers], { expect }) => {
    const { served } = await serveLibrary()
    const answer = await post(served.url, { ...JSON_TYPE, ...headers }, MINE)
    expect(answer.status).toBe(401)
    expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] })
  })

  it('serves requests without principal only when started so, and forged ones never', async ({ expect }) => {
    const { served } = await serveLibrary({ allowAnonymous: true })
    const anonymous = await post(served.url, JSON_TYPE, '{"query":"{ book(id: 1) { title } mine }"}')
    expect(anonymous.status).toBe(200)
    expect(await anonymous.json()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] })
    const forged = await post(
      served.url,
      { ...JSON_TYPE, [HEADERS.principal]: admin },
      '{"query":"{ mine }"}',
    )
    expect(forged.status).toBe(401)
  })

  it.for([
    ['a body that is not JSON', JSON_TYPE, '{', 400, 'BAD_REQUEST'],
    ['a body without query', JSON_TYPE, '{"variables":{}}', 400, 'BAD_REQUEST'],
    ['JSON null', JSON_TYPE, 'null', 400, 'BAD_REQUEST'],
    ['variables that are a list', JSON_TYPE, '{"query":"{ mine }","variables":[]}', 400, 'BAD_REQUEST'],
    ['another content type', { 'content-type': 'text/plain' }, '{}', 415, 'UNSUPPORTED_MEDIA_TYPE'],
    ['a body of more than 1 MB', JSON_TYPE, 'x'.repeat(1_100_000), 413, 'PAYLOAD_TOO_LARGE'],
  ] as const)('refuses %s', async ([, headers, body, status, code], { expect }) => {
    const { served } = await serveLibrary()
    const answer = await post(served.url, { ...headers, ...signed(body) }, body)
    expect(answer.status).toBe(status)
    expect(await answer.json()).toMatchObject({ errors: [{ extensions: { code } }] })
  })

  it('knows its paths and methods', async ({ expect }) => {
    const { served } = await serveLibrary()
    const at = (path: string) => fetch(new URL(path, served.url))
    expect((await at('/graphql')).status).toBe(405)
    expect((await at('/nothing')).status).toBe(404)
    expect((await at('/livez')).status).toBe(200)
    expect(await (await at('/readyz')).json()).toEqual({ ready: true, unready: {} })
  })

  it('is not ready while what it stands on is not', async ({ expect }) => {
    const { served, subgraph } = await serveLibrary()
    subgraph.health.add('disk', () => 'full')
    subgraph.health.add('net', () => Promise.reject(new Error('cut')))
    const answer = await fetch(new URL('/readyz', served.url))
    expect(answer.status).toBe(503)
    expect(await answer.json()).toEqual({ ready: false, unready: { disk: 'full', net: 'cut' } })
  })

  it('shows its requests and loads on /metrics', async ({ expect }) => {
    const { served } = await serveLibrary()
    const query = JSON.stringify({ query: '{ shelf(ids: [1, 2, 3]) { title } }' })
    await (await post(served.url, { ...JSON_TYPE, ...signed(query) }, query)).text()
    const text = await (await fetch(new URL('/metrics', served.url))).text()
    expect(text).toContain('lighthouse_subgraph_load_keys_total{loader="books",subgraph="library"} 3')
    expect(text).toContain('lighthouse_books_total{outcome="lent",subgraph="library"} 2')
    expect(text).toContain('lighthouse_subgraph_load_batches_total{loader="books",subgraph="library"} 1')
    expect(text).toContain('lighthouse_subgraph_http_requests_total{status="200",subgraph="library"} 1')
  })

  it('gives up a request whose deadline has passed', async ({ expect }) => {
    const { served } = await serveLibrary()
    const query = '{"query":"{ hangs }"}'
    const headers = { ...JSON_TYPE, ...signed(query), [HEADERS.deadlineMs]: '20' }
    const answer = await post(served.url, headers, query)
    expect(answer.status).toBe(504)
  })

  it('[P-021] refuses a subscription whose headers are forged, on a socket that carries others', async ({
    expect,
  }) => {
    const { served } = await serveLibrary()
    const client = createClient({ url: served.wsUrl, webSocketImpl: WebSocket, retryAttempts: 0 })
    onTestFinished(() => client.dispose())
    const query = 'subscription { count(to: 1) }'
    const watch = async (headers: object) => {
      const seen: unknown[] = []
      for await (const answer of client.iterate({ query, extensions: { headers } })) seen.push(answer)
      return seen
    }
    const body = bodyText(query, undefined)
    expect(await watch(signed(body))).toEqual([{ data: { count: 1 } }])
    const forged = watch({ ...signed(body), [HEADERS.principal]: admin })
    await expect(forged).rejects.toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }])
    await expect(watch({})).rejects.toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }])
    const other = watch(signed(bodyText('subscription { count(to: 2) }', {})))
    await expect(other).rejects.toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }])
    expect(await watch(signed(body))).toEqual([{ data: { count: 1 } }])
  })

  it('finishes what runs when it stops, and takes nothing new', async ({ expect }) => {
    const library = createLibrary()
    const served = await serveSubgraph(library.subgraph, { gatewaySecret: SECRET, drainMs: 2_000 })
    const running = ask('{ echo(value: 1) }')
    const peer = httpPeer({ name: 'library', url: served.url, gatewaySecret: SECRET })
    onTestFinished(() => peer[Symbol.asyncDispose]())
    const answered = await peer.request(running)
    await served[Symbol.asyncDispose]()
    expect(answered.data).toEqual({ echo: 1 })
    await expect(peer.request(ask('{ echo(value: 2) }'))).rejects.toMatchObject({
      extensions: { code: 'SUBGRAPH_UNAVAILABLE' },
    })
  })

  it('survives a caller that goes away in the middle of its body', async ({ expect }) => {
    const { served } = await serveLibrary()
    const headers = { ...JSON_TYPE, ...signed(MINE), 'content-length': '1000' }
    const cut = httpRequest(served.url, { method: 'POST', headers })
    cut.on('error', () => {})
    cut.write('{"query":')
    await new Promise((resolve) => setImmediate(resolve))
    cut.destroy()
    const answer = await post(served.url, { ...JSON_TYPE, ...signed(MINE) }, MINE)
    expect(answer.status).toBe(200)
  })
})
