import { setTimeout as wait } from 'node:timers/promises'
import { HEAVY_QUERY } from './graph/heavy-query.js'
import { heavySupergraph } from './graph/subgraphs.js'
import { drive, median, medianInterval, rounded } from './measure.js'
import { type Served, serve } from './served.js'

export interface TelemetryReport {
  /** CPU that rows and live frames add to the heavy query, in percent; the median of pairs of rounds. */
  readonly overheadPct: number
  /** Between these the median lies with 95 % confidence, whatever the distribution of the pairs. */
  readonly intervalPct: readonly [number, number]
  readonly pairs: readonly number[]
  /** Rows that were taken and rows that were lost. */
  readonly recorded: number
  readonly dropped: number
}

/** Longer than a batch of rows waits, so that a round pays for its own rows. */
const FLUSH_MS = 1_300
const REQUESTS = 200
/** A pair's difference scatters by many times what is looked for, so there are many. */
const PAIRS_A_ROUND = 6

/** One gateway, its recorder switched on and off in turns: the process is the same, so is its compiled code. */
export async function telemetry(subgraphs: Served, rounds: number): Promise<TelemetryReport> {
  const supergraphSdl = heavySupergraph(subgraphs.url)
  const body = JSON.stringify({ query: HEAVY_QUERY })
  await using ours = await serve('ours', { supergraphSdl, recorderUrl: `${subgraphs.url}/clickhouse` })
  await drive(ours, { body, requests: REQUESTS * 2, concurrency: 8 })
  const cost = async (state: 'on' | 'off'): Promise<number> => {
    await ours.tell({ kind: `telemetry ${state}` })
    const before = await ours.cpuUs()
    await drive(ours, { body, requests: REQUESTS, concurrency: 8 })
    await wait(FLUSH_MS)
    return (await ours.cpuUs()) - before
  }
  const pairs: number[] = []
  for (let round = 0; round < rounds * PAIRS_A_ROUND; round++) {
    const first = await cost(round % 2 === 0 ? 'on' : 'off')
    const second = await cost(round % 2 === 0 ? 'off' : 'on')
    const [on, off] = round % 2 === 0 ? [first, second] : [second, first]
    pairs.push(rounded((on / off - 1) * 100))
  }
  const counters = (await ours.tell({ kind: 'telemetry on' })) as {
    recorded: Record<string, number>
    dropped: number
  }
  const recorded = Object.values(counters.recorded).reduce((sum, rows) => sum + rows, 0)
  const intervalPct = medianInterval(pairs)
  return { overheadPct: rounded(median(pairs)), intervalPct, pairs, recorded, dropped: counters.dropped }
}
