import { createHmac } from 'node:crypto'
import { HEADERS } from '@lighthouse/contract/headers'
import {
  type AgentRole,
  bodyText,
  encodePrincipal,
  encodeSignature,
  signedText,
} from '@lighthouse/contract/principal'
import { type Client, createClient } from 'graphql-ws'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { WebSocket } from 'ws'
import { eventually, GATEWAY_SECRET, type Running, startProcess, TAP_SECRET } from '../process.js'
import { operationRow, tierRow } from '../rows.js'

let running: Running
const clients: Client[] = []
beforeAll(async () => {
  running = await startProcess()
})
afterAll(async () => {
  for (const client of clients) await client.dispose()
  await running[Symbol.asyncDispose]()
})

const ADMIN = { agentId: 'agent-1', role: 'ADMIN', keyId: 'k' } as const

/** Headers of a request with this body. */
function signed(body: string, role: AgentRole = 'GUEST', secret = GATEWAY_SECRET): Record<string, string> {
  const principal = encodePrincipal({ agentId: 'agent-1', role, keyId: 'k' })
  const at = Date.now()
  const mac = createHmac('sha256', secret)
    .update(signedText(at, principal, body))
    .digest('hex')
  return { [HEADERS.principal]: principal, [HEADERS.signature]: encodeSignature({ at, mac }) }
}

interface Answer {
  readonly status: number
  readonly data?: Record<string, unknown>
  readonly errors?: { message: string; extensions: { code: string } }[]
}

async function ask(
  query: string,
  variables = {},
  headers: Record<string, string> = signed(bodyText(query, variables)),
): Promise<Answer> {
  const answer = await fetch(running.addresses.graphql, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: bodyText(query, variables),
  })
  return { ...((await answer.json()) as object), status: answer.status }
}

const codes = ({ errors = [] }: Answer) => errors.map(({ extensions }) => extensions.code)

function live(query: string, headers = signed(bodyText(query, {}))) {
  const client = createClient({ url: running.addresses.ws, webSocketImpl: WebSocket, retryAttempts: 0 })
  clients.push(client)
  return client.iterate<{ liveMetrics: LiveMetrics }>({ query, extensions: { headers } })
}

interface LiveMetrics {
  readonly operations: { name: string; count: number; p50Ms: number }[]
  readonly tiers: { tier: string; hits: number; misses: number; hitRatio: number }[]
  readonly total: { count: number }
  readonly traces: string[]
}

const FRAME = `operations { name count errors p50Ms } tiers { tier hits misses hitRatio } total { count } traces`

describe('the analytics subgraph', () => {
  it('answers its SDL and every query of it to any signed role', async ({ expect }) => {
    const answer = await ask(`{
      _service { sdl }
      latency(operation: "None") { operation count p50Ms p90Ms p95Ms p99Ms p999Ms meanMs maxMs }
      operations { name } latencySeries(points: 10) { at count } subgraphStats { subgraph } tierStats { tier }
      walk(traceId: "none") { traceId } walks { traceId startedAt }
    }`)
    expect(answer.errors).toBeUndefined()
    expect(answer.data).toMatchObject({ latency: { operation: 'None', count: 0, p50Ms: null }, walk: null })
    const series = answer.data?.['latencySeries'] as unknown[] | undefined
    expect(series?.length).toBeGreaterThanOrEqual(10)
    expect(JSON.stringify(answer.data?.['_service'])).toContain('extend schema')
  })

  it('answers 401 unless the principal is signed with the gateway secret', async ({ expect }) => {
    const query = '{ tierStats { tier } }'
    const body = bodyText(query, {})
    const forged = { ...signed(body), [HEADERS.principal]: encodePrincipal(ADMIN) }
    const others = [signed(body, 'ADMIN', 'other'), signed(bodyText('{ operations { name } }', {})), forged]
    for (const headers of [{}, { [HEADERS.principal]: 'x' }, ...others]) {
      const answer = await ask(query, {}, headers)
      expect([answer.status, codes(answer)]).toEqual([401, ['UNAUTHENTICATED']])
    }
  })

  it('refuses bad input with a code', async ({ expect }) => {
    const cases = [
      '{ latency(operation: "V", window: "5 minutes") { count } }',
      '{ latency(operation: "V", window: "P401D") { count } }',
      '{ operations(first: 0) { name } }',
      '{ latencySeries(points: 100000) { at } }',
      '{ walks(first: -1) { traceId } }',
      'mutation { reportShown(input: [{ traceId: "x", shownAt: "2026-01-01T00:00:00Z" }]) }',
    ]
    for (const query of cases) expect(codes(await ask(query)), query).toEqual(['BAD_USER_INPUT'])
    expect(codes(await ask('{ nope }'))).toEqual(['GRAPHQL_VALIDATION_FAILED'])
    expect(codes(await ask('{'))).toEqual(['GRAPHQL_PARSE_FAILED'])
    const shown = Array.from({ length: 21 }, () => ({
      traceId: 'a'.repeat(32),
      shownAt: new Date().toISOString(),
    }))
    const many = await ask('mutation M($input: [ShownInput!]!) { reportShown(input: $input) }', {
      input: shown,
    })
    expect(codes(many)).toEqual(['BAD_USER_INPUT'])
    const url = running.addresses.graphql
    const status = async (body: string) =>
      (await fetch(url, { method: 'POST', headers: signed(body), body })).status
    expect(await status('{')).toBe(400)
    expect(await status('x'.repeat(1_100_000))).toBe(413)
    expect((await fetch(url, { headers: signed('') })).status).toBe(405)
    expect((await fetch(new URL('/nope', url))).status).toBe(404)
  })

  it('streams what recorders tap, within a second, and ends the walk with tap and show', async ({
    expect,
  }) => {
    const frames = live(`subscription { liveMetrics(intervalMs: 100) { ${FRAME} } }`)
    expect((await frames.next()).value?.errors).toBeUndefined()
    const recorder = running.recorder()
    const trace_id = 'd'.repeat(32)
    const start_us = Date.now() * 1_000
    recorder.stop({ ts: Date.now(), trace_id, stop: 'record', process: 'gateway', start_us, duration_us: 3 })
    const start = performance.now()
    recorder.operation(operationRow({ operation: 'Live', trace_id, duration_us: 5_000 }))
    recorder.tier(tierRow({ tier: 'POLICY', outcome: 'HIT' }))
    let seen: LiveMetrics | undefined
    let named = false
    for await (const { data } of frames) {
      named ||= data?.liveMetrics.traces.includes(trace_id) ?? false
      if (data?.liveMetrics.total.count === 1) seen = data.liveMetrics
      if (seen !== undefined && named) break
    }
    expect(performance.now() - start).toBeLessThan(1_000)
    expect(seen?.operations).toEqual([expect.objectContaining({ name: 'Live', count: 1, errors: 0 })])
    expect(seen?.operations[0]?.p50Ms).toBeCloseTo(5, 0)
    expect(seen?.tiers).toEqual([{ tier: 'POLICY', hits: 1, misses: 0, hitRatio: 1 }])

    const variables = { input: [{ traceId: trace_id, shownAt: new Date().toISOString() }] }
    const report = await ask('mutation M($input: [ShownInput!]!) { reportShown(input: $input) }', variables)
    expect(report.data).toEqual({ reportShown: 1 })
    const walk = () =>
      ask('query W($id: ID!) { walk(traceId: $id) { operation stops { stop } } }', { id: trace_id })
    const { data } = await eventually(walk, (answer) =>
      ['store', 'show'].every((stop) => JSON.stringify(answer).includes(stop)),
    )
    expect(data?.['walk']).toEqual({
      operation: 'Live',
      stops: ['record', 'store', 'tap', 'show'].map((stop) => ({ stop })),
    })
    const latency = await ask('{ latency(operation: "Live", window: "PT1M") { count p50Ms } }')
    expect(latency.data).toEqual({ latency: { count: 1, p50Ms: expect.closeTo(5, 0) } })
  })

  it('refuses a subscription with a code: bad interval, unsigned, no subscription', async ({ expect }) => {
    const first = async (query: string, headers?: Record<string, string>) => {
      try {
        const { value } = await live(query, headers).next()
        return (value?.errors ?? []) as unknown as { extensions: { code: string } }[]
      } catch (errors) {
        return errors as { extensions: { code: string } }[]
      }
    }
    const code = async (query: string, headers?: Record<string, string>) =>
      (await first(query, headers))[0]?.extensions.code
    for (const interval of [99, 10_001, 0]) {
      expect(await code(`subscription { liveMetrics(intervalMs: ${interval}) { at } }`)).toBe(
        'BAD_USER_INPUT',
      )
    }
    expect(await code('subscription { liveMetrics { at } }', {})).toBe('UNAUTHENTICATED')
    expect(await code('{ tierStats { tier } }')).toBe('BAD_REQUEST')
    expect(await code('subscription { nope }')).toBe('GRAPHQL_VALIDATION_FAILED')
  })

  it('hands a WebSocket to the tap only with the secret, and to nobody elsewhere', async ({ expect }) => {
    const answer = async (url: string, secret: string) => {
      const socket = new WebSocket(url, { headers: { authorization: `Bearer ${secret}` } })
      const [error] = await new Promise<[Error?]>((resolve) => {
        socket.once('error', (cause) => resolve([cause])).once('open', () => resolve([]))
      })
      socket.terminate()
      return error?.message ?? 'open'
    }
    const { tap } = running.addresses
    expect(await answer(tap, 'wrong')).toContain('401')
    expect(await answer(tap, TAP_SECRET)).toBe('open')
    expect(await answer(tap.replace('/tap', '/nope'), TAP_SECRET)).toContain('404')
  })

  it('tells its health and its metrics', async ({ expect }) => {
    const at = (path: string) => fetch(new URL(path, running.addresses.graphql))
    expect(await (await at('/livez')).json()).toEqual({ live: true })
    expect(await (await at('/readyz')).json()).toEqual({ ready: true })
    expect(await (await at('/metrics')).text()).toMatch(/^lighthouse_analytics_resident_bytes \d+$/m)
  })
})
