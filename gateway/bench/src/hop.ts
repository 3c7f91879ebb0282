import { setMaxListeners } from 'node:events'
import type { SubgraphRequest } from '@lighthouse/contract/subgraph-request'
import { httpTransport } from '@lighthouse/gateway/main'
import { Pool } from 'undici'
import { median, rounded } from './measure.js'
import type { Served } from './served.js'

export interface HopReport {
  /** CPU of this process for one fetch of nearly nothing, in microseconds; the medians of the rounds. */
  readonly ours: { readonly cpuUs: number; readonly rounds: readonly number[] }
  /** undici's own request, its body read and parsed: no deadline, retry, breaker, de-duplication or identity. */
  readonly bare: { readonly cpuUs: number; readonly rounds: readonly number[] }
  readonly ratio: number
}

const REQUESTS = 4_000
const CONCURRENCY = 16
const QUERY = '{__typename}'

/** One fetch through all policies that are on by default, beside the client that it stands on. */
export async function hop(subgraphs: Served, rounds: number): Promise<HopReport> {
  const url = `${subgraphs.url}/products`
  await using transport = httpTransport({ name: 'products', url })
  const pool = new Pool(subgraphs.url, { connections: 64, pipelining: 1 })
  const headers = { 'content-type': 'application/json', accept: 'application/json' }
  const ways = {
    ours: (nth: number) => transport.request(requestOf(nth)),
    async bare(nth: number) {
      const body = JSON.stringify({ query: QUERY, variables: { nth: nth % CONCURRENCY } })
      const answer = await pool.request({ method: 'POST', path: '/products', headers, body })
      return JSON.parse(await answer.body.text()) as unknown
    },
  }
  const times: Record<keyof typeof ways, number[]> = { ours: [], bare: [] }
  for (const way of Object.values(ways)) await cpuUsOf(way)
  for (let round = 0; round < rounds; round++) {
    const order = round % 2 === 0 ? (['ours', 'bare'] as const) : (['bare', 'ours'] as const)
    for (const name of order) times[name].push(rounded(await cpuUsOf(ways[name])))
  }
  await pool.close()
  const [ours, bare] = [median(times.ours), median(times.bare)]
  return {
    ours: { cpuUs: ours, rounds: times.ours },
    bare: { cpuUs: bare, rounds: times.bare },
    ratio: rounded(ours / bare),
  }
}

/** Requests under way differ: equal ones would share one. */
function requestOf(nth: number): SubgraphRequest {
  return {
    query: QUERY,
    variables: { nth: nth % CONCURRENCY },
    principal: undefined,
    requestId: 'bench',
    traceId: '1'.repeat(32),
    deadlineAt: Date.now() + 10_000,
    signal: SIGNAL,
    noteStop: undefined,
  }
}

const SIGNAL = new AbortController().signal
setMaxListeners(0, SIGNAL)

async function cpuUsOf(way: (nth: number) => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage()
  const worker = async (nth: number) => {
    for (let done = 0; done < REQUESTS / CONCURRENCY; done++) await way(nth)
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, (_, nth) => worker(nth)))
  const { user, system } = process.cpuUsage(before)
  return (user + system) / REQUESTS
}
