import { once } from 'node:events'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { Agent, type IncomingMessage, request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { subgraph } from './federate.js'
import { gatewayOf, post } from './gateway-world.js'
import { graph } from './graph.js'

let folder: string
let consoleDir: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lighthouse-console-'))
  consoleDir = join(folder, 'dist')
  await mkdir(join(consoleDir, 'assets'), { recursive: true })
  await writeFile(join(folder, 'secret.txt'), 'secret')
  await writeFile(join(consoleDir, 'index.html'), '<!doctype html><title>console</title>')
  await writeFile(join(consoleDir, 'assets', 'index-B3f9aZk1.js'), 'export {}')
  await symlink(join(folder, 'secret.txt'), join(consoleDir, 'link.txt'))
})
afterAll(() => rm(folder, { recursive: true }))

/** fetch normalises paths; this sends them as they are. */
function get(origin: string, path: string, headers: Record<string, string> = {}) {
  return new Promise<{ status: number; headers: Record<string, unknown>; body: string }>(
    (resolve, reject) => {
      const { hostname, port } = new URL(origin)
      const sent = httpRequest({ hostname, port, path, headers }, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString(),
          }),
        )
      })
      sent.on('error', reject)
      sent.end()
    },
  )
}

describe('routes', () => {
  it('serve the console, its own addresses as index.html, and hashed assets for ever', async ({ expect }) => {
    await using gateway = await gatewayOf(graph().subgraphs, { consoleDir })
    for (const path of ['/console/', '/console/operations/V', '/console/index.html']) {
      const page = await get(gateway.origin, path)
      expect([page.status, page.headers['content-type'], page.headers['cache-control']]).toEqual([
        200,
        'text/html; charset=utf-8',
        'no-cache',
      ])
      expect(page.headers['content-security-policy']).toContain("default-src 'self'")
      expect(page.body).toContain('console')
    }
    const asset = await get(gateway.origin, '/console/assets/index-B3f9aZk1.js')
    expect([asset.headers['content-type'], asset.headers['cache-control']]).toEqual([
      'text/javascript; charset=utf-8',
      'public, max-age=31536000, immutable',
    ])
    const missing = await get(gateway.origin, '/console/assets/none-AAAAAAAA.js')
    expect([missing.status, JSON.parse(missing.body)]).toMatchObject([
      404,
      { errors: [{ extensions: { code: 'NOT_FOUND' } }] },
    ])
    const home = await get(gateway.origin, '/', { accept: 'text/html' })
    expect([home.status, home.headers['location']]).toEqual([303, '/console/'])
  })

  it('never leave the folder of the console', async ({ expect }) => {
    await using gateway = await gatewayOf(graph().subgraphs, { consoleDir })
    for (const path of [
      '/console/../secret.txt',
      '/console/%2e%2e/secret.txt',
      '/console/..%2fsecret.txt',
      '/console/assets/../../secret.txt',
      '/console/link.txt',
      '/console/%00',
      '/console/..%5csecret.txt',
      '/console//etc/passwd.txt',
      '/console/%zz',
    ]) {
      const answer = await get(gateway.origin, path)
      expect([path, answer.status, answer.body.includes('secret')]).toEqual([path, 404, false])
    }
  })

  it('redeem a console link once, set the session cookie and lead to the console', async ({ expect }) => {
    const links = new Map([['token-token-token-1', 'session-1']])
    const redeemLink = (token: string) => {
      const secret = links.get(token)
      links.delete(token)
      return secret
    }
    await using gateway = await gatewayOf(graph().subgraphs, { redeemLink })
    const first = await get(gateway.origin, '/console/link/token-token-token-1')
    expect([first.status, first.headers['location'], first.headers['set-cookie']]).toEqual([
      303,
      '/console/',
      ['lighthouse_session=session-1; HttpOnly; SameSite=Strict; Path=/'],
    ])
    for (const token of ['token-token-token-1', 'unknown-unknown-unknown', '../../etc']) {
      expect((await get(gateway.origin, `/console/link/${token}`)).status).toBe(404)
    }
  })

  it('tell who lives and who is ready', async ({ expect }) => {
    const [users, reviews] = graph().subgraphs
    const down = { ...reviews, request: () => Promise.reject(new Error('down')) }
    await using gateway = await gatewayOf([users, down])
    expect((await get(gateway.origin, '/livez')).status).toBe(200)
    const subgraphs = { users: 'up', reviews: 'down' }
    const ready = await get(gateway.origin, '/readyz')
    // What needs nothing of the one that is down is answered, so balancers must go on sending it.
    expect([ready.status, JSON.parse(ready.body)]).toMatchObject([200, { ready: true, subgraphs }])
    const whole = await get(gateway.origin, '/readyz?subgraphs=all')
    expect([whole.status, JSON.parse(whole.body)]).toMatchObject([503, { ready: false, subgraphs }])
    await using alone = await gatewayOf([down])
    expect((await get(alone.origin, '/readyz')).status).toBe(503)
  })

  it('expose metrics by type and status, never by agent or operation', async ({ expect }) => {
    const counted = [
      { name: 'things_total', help: 'Things.', label: 'outcome', read: () => ({ sent: 2, dropped: 0 }) },
      { name: 'failures_total', help: 'Failures.', label: undefined, read: () => ({ '': 1 }) },
    ]
    await using gateway = await gatewayOf(graph().subgraphs, { counted })
    for (let n = 0; n < 3; n++) await post(gateway.url, 'query Named { count }')
    await post(gateway.url, '{ nope }')
    const { body } = await get(gateway.origin, '/metrics')
    expect(body).toContain('lighthouse_operations_total{type="query",status="ok"} 3')
    expect(body).toContain('lighthouse_operations_total{type="query",status="graphql_error"} 1')
    expect(body).toContain(
      'lighthouse_operation_duration_seconds_bucket{type="query",status="ok",le="+Inf"} 3',
    )
    expect(body).toContain('lighthouse_operation_duration_seconds_count{type="query",status="ok"} 3')
    expect(body).toContain('lighthouse_fetch_duration_seconds_count{subgraph="reviews",status="ok"} 3')
    expect(body).toContain(
      'lighthouse_fetch_duration_seconds_bucket{subgraph="reviews",status="ok",le="30"} 3',
    )
    expect(body).toContain('things_total{outcome="sent"} 2\nthings_total{outcome="dropped"} 0\n')
    expect(body).toContain('failures_total 1\n')
    expect(body).not.toContain('Named')
  })

  it('answer preflights, and let pages of this machine and of listed origins read', async ({ expect }) => {
    await using gateway = await gatewayOf(graph().subgraphs, { allowedOrigins: ['https://ok.example'] })
    const allowed = async (origin: string) =>
      (await fetch(gateway.url, { method: 'OPTIONS', headers: { origin } })).headers.get(
        'access-control-allow-origin',
      )
    expect(await allowed('https://ok.example')).toBe('https://ok.example')
    expect(await allowed('http://localhost:5173')).toBe('http://localhost:5173')
    expect(await allowed('https://evil.example')).toBeNull()
    expect(await allowed('http://localhost.evil.example')).toBeNull()
  })

  it('let pages send what they ask for: headers that subgraphs are given, and names of clients', async ({
    expect,
  }) => {
    await using gateway = await gatewayOf(graph().subgraphs)
    const sendable = async (asked: string) => {
      const headers = { origin: 'http://localhost:5173', 'access-control-request-headers': asked }
      const { headers: told } = await fetch(gateway.url, { method: 'OPTIONS', headers })
      expect(told.get('vary')).toContain('access-control-request-headers')
      return told.get('access-control-allow-headers')?.split(', ')
    }
    expect(await sendable('x-tenant,apollographql-client-name')).toContain(
      'x-tenant,apollographql-client-name',
    )
    expect(await sendable('x-tenant: 1')).not.toContain('x-tenant: 1')
  })

  it('take no session cookie from a page of another port', async ({ expect }) => {
    await using gateway = await gatewayOf(graph().subgraphs, {
      authenticate: ({ secret }) =>
        secret === 's' ? { agentId: 'a', role: 'AGENT', keyId: 'k' } : undefined,
    })
    const ask = (origin: string) =>
      post(gateway.url, '{ who }', undefined, { origin, cookie: 'lighthouse_session=s' })
    expect((await ask(gateway.origin)).data).toEqual({ who: 'a' })
    expect((await ask('http://127.0.0.1:5173')).status).toBe(401)
  })

  it('finish what is under way while draining, and take nothing new', async ({ expect }) => {
    const [users, reviews] = graph().subgraphs
    let release: (() => void) | undefined
    const started = new Promise<void>((begun) => {
      const held = { ...reviews, name: 'reviews' }
      Object.assign(reviews, {
        request: async (...args: Parameters<typeof held.request>) => {
          begun()
          await new Promise<void>((resolve) => (release = resolve))
          return held.request(...args)
        },
      })
    })
    const gateway = await gatewayOf([users, reviews])
    const under = post(gateway.url, '{ count }')
    await started
    const closing = gateway.close()
    await new Promise((resolve) => setImmediate(resolve))
    await expect(fetch(`${gateway.origin}/livez`)).rejects.toThrow()
    release?.()
    expect((await under).data).toEqual({ count: 3 })
    await closing
  })
  it('are unready first and serve for a while, so that balancers notice', async ({ expect }) => {
    const gateway = await gatewayOf(graph().subgraphs, { unreadyMs: 300 })
    const closing = gateway.close()
    const ready = await fetch(`${gateway.origin}/readyz`)
    expect([ready.status, await ready.json()]).toEqual([503, { ready: false, draining: true }])
    expect((await post(gateway.url, '{ count }')).data).toEqual({ count: 3 })
    await closing
    await expect(fetch(`${gateway.origin}/livez`)).rejects.toThrow()
  })

  it('let go of a connection when its last answer is sent', async ({ expect }) => {
    const gateway = await gatewayOf([
      subgraph('a', 'type Query { late: Int }', {
        Query: { late: () => new Promise((resolve) => setTimeout(resolve, 100, 1)) },
      }),
    ])
    const agent = new Agent({ keepAlive: true })
    const request = httpRequest(gateway.url, {
      method: 'POST',
      agent,
      headers: { 'content-type': 'application/json' },
    })
    request.end('{"query":"{ late }"}')
    await once(request, 'socket')
    await new Promise((resolve) => setTimeout(resolve, 50))
    // Browsers and balancers open some in advance.
    const silent = connect(gateway.port, '127.0.0.1').on('error', () => undefined)
    await once(silent, 'connect')
    const closing = gateway.close()
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    response.resume()
    const answered = performance.now()
    await closing
    expect(performance.now() - answered).toBeLessThan(2_000)
    agent.destroy()
  })
})
