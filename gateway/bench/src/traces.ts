import { HEAVY_QUERY } from './graph/heavy-query.js'
import { heavySupergraph } from './graph/subgraphs.js'
import { type Figure, measure, median, rounded } from './measure.js'
import { type Served, serve } from './served.js'

export interface TracesReport {
  readonly off: Figure
  /** One operation in a hundred is traced, and all are; each beside `off`. */
  readonly sampled: Figure & { readonly overheadPct: number }
  readonly all: Figure & { readonly overheadPct: number }
}

/** The heavy query with spans sent to a collector, beside the same without one. */
export async function traces(subgraphs: Served, rounds: number): Promise<TracesReport> {
  const supergraphSdl = heavySupergraph(subgraphs.url)
  const recorderUrl = `${subgraphs.url}/clickhouse`
  const endpoint = `${subgraphs.url}/v1/traces`
  const started = (traced: object) => serve('ours', { supergraphSdl, recorderUrl, traces: traced })
  await using off = await started({})
  await using sampled = await started({ endpoint, sampler: 'traceidratio', ratio: 0.01 })
  await using all = await started({ endpoint })
  const servers = new Map([
    ['off', off],
    ['sampled', sampled],
    ['all', all],
  ])
  const body = JSON.stringify({ query: HEAVY_QUERY })
  const figures = await measure(servers, { body, requests: 150, rounds, concurrency: 8 })
  const of = (name: string): Figure => figures.get(name) ?? { cpuMsPerRequest: Number.NaN, rounds: [] }
  const { rounds: base } = of('off')
  // Of each round beside its neighbour: what the machine does beside meets both.
  const beside = (figure: Figure) => ({
    ...figure,
    overheadPct: rounded((median(figure.rounds.map((ms, nth) => ms / (base[nth] ?? ms))) - 1) * 100),
  })
  return { off: of('off'), sampled: beside(of('sampled')), all: beside(of('all')) }
}
