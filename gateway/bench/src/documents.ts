import { heavySupergraph } from './graph/subgraphs.js'
import { rounded } from './measure.js'
import { type Served, serve } from './served.js'

export interface DocumentsReport {
  readonly documents: number
  /** Milliseconds of CPU for a document that was never met: parsed, validated, planned (by another process), compiled. */
  readonly missMs: number
  /** The same documents again. */
  readonly hitMs: number
  /** Megabytes that the gateway's process holds after each thousand documents that were never met. */
  readonly rssMb: readonly number[]
}

const THOUSAND = 1_000
const CONCURRENCY = 8

/**
 * Documents that are all different, as from a client that writes values into their text: `rounds` thousands of them, and
 * further thousands until `minutes` have gone.
 */
export async function documents(subgraphs: Served, rounds: number, minutes = 0): Promise<DocumentsReport> {
  const supergraphSdl = heavySupergraph(subgraphs.url)
  await using ours = await serve('ours', { supergraphSdl, recorderUrl: `${subgraphs.url}/clickhouse` })
  let next = 0
  const rssMb: number[] = []
  const miss = await cost(ours, () => next++)
  let again = 0
  const hit = await cost(ours, () => again++)
  const until = performance.now() + minutes * 60_000
  while (rssMb.length < rounds || performance.now() < until) {
    await cost(ours, () => next++)
    await subgraphs.tell({ kind: 'forget' })
    rssMb.push(Math.round((await ours.rssBytes()) / 1_048_576))
    if (minutes > 0) process.stderr.write(`${next} documents, ${rssMb.at(-1)} MB\n`)
  }
  return { documents: next, missMs: rounded(miss), hitMs: rounded(hit), rssMb }
}

async function cost(ours: Served, number: () => number): Promise<number> {
  const before = await ours.cpuUs()
  let left = THOUSAND
  const worker = async () => {
    while (left-- > 0) await ours.post(JSON.stringify({ query: documentOf(number()) }))
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, worker))
  return ((await ours.cpuUs()) - before) / 1_000 / THOUSAND
}

function documentOf(number: number): string {
  return `query D${number} { u${number}: users { id n${number}: name reviews { id body } } topProducts { upc price inStock } }`
}
