import { HEAVY_QUERY } from './graph/heavy-query.js'
import { heavySupergraph } from './graph/subgraphs.js'
import { type Figure, measure, rounded } from './measure.js'
import { type Served, serve } from './served.js'

export interface HeavyReport {
  readonly ours: Figure
  readonly peers: Readonly<Record<string, Figure>>
  /** Ours divided by the best peer. */
  readonly ratio: number
  /** A server that parses what subgraphs answered and writes the answer, and does nothing else. */
  readonly floor: Figure
  /** The same, which also asks the subgraphs over HTTP. */
  readonly wire: Figure
  readonly fetches: number
  readonly answerBytes: number
}

const PEER = '@graphql-hive/gateway-runtime + router-runtime'

/** The heavy federated query over HTTP subgraphs, our telemetry on. */
export async function heavy(subgraphs: Served, rounds: number): Promise<HeavyReport> {
  const supergraphSdl = heavySupergraph(subgraphs.url)
  const body = JSON.stringify({ query: HEAVY_QUERY })
  await using ours = await serve('ours', { supergraphSdl, recorderUrl: `${subgraphs.url}/clickhouse` })
  await using hive = await serve('hive', { supergraphSdl })
  const answer = await ours.post(body)
  const fetches = (await subgraphs.tell({ kind: 'seen' })) as object[]
  const theirs = await hive.post(body)
  if (JSON.stringify(JSON.parse(theirs)) !== JSON.stringify(JSON.parse(answer)))
    throw new Error('The gateways do not answer the same.')
  await using floor = await serve('floor', { fetches, answer })
  await using wire = await serve('floor', { fetches, answer, origin: subgraphs.url })
  const servers = new Map([
    ['ours', ours],
    [PEER, hive],
    ['floor', floor],
    ['wire', wire],
  ])
  const figures = await measure(servers, { body, requests: 200, rounds, concurrency: 8 })
  const of = (name: string): Figure => figures.get(name) ?? { cpuMsPerRequest: Number.NaN, rounds: [] }
  return {
    ours: of('ours'),
    peers: { [PEER]: of(PEER) },
    ratio: rounded(of('ours').cpuMsPerRequest / of(PEER).cpuMsPerRequest),
    floor: of('floor'),
    wire: of('wire'),
    fetches: fetches.length,
    answerBytes: Buffer.byteLength(answer),
  }
}
