import { randomInt } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { HEAVY_QUERY } from './graph/heavy-query.js'
import { SMALL_OPERATIONS } from './graph/small.js'
import { heavySupergraph } from './graph/subgraphs.js'
import { type Estimate, estimate, sumOf } from './estimate.js'
import { LightClient } from './light-client.js'
import { median, rounded } from './measure.js'
import { type Served, serve } from './served.js'
import type { Idled, State, Switched } from './servers/switched-recorder.js'

/** What telemetry adds to the CPU of one operation, in percent of what it costs without. */
interface Overhead {
  /** Recording, shipping and frames together. */
  readonly overheadPct: number
  readonly intervalPct: readonly [low: number, high: number]
  readonly offMsPerRequest: number
  /** Rows of an operation and its fetches are taken and written as bytes: blocks with and without it, in pairs. */
  readonly recording: Estimate
  /**
   * The same as the time inside the recorder's calls, less that inside calls of one that does nothing: it scatters less and
   * leaves out what they do to others.
   */
  readonly insidePct: number
  /** A second's rows are packed, sent and acknowledged: CPU of the process while it does nothing else. */
  readonly shipping: Estimate
  /** Live frames, ten a second: the process with them and without, taking as many rows and doing nothing else. */
  readonly frames: Estimate
  /** Rows that were taken, that were acknowledged, and that were lost. */
  readonly recorded: number
  readonly acked: number
  readonly lost: number
}

export interface TelemetryReport extends Overhead {
  readonly trivial: Overhead
}

interface Work {
  readonly served: Served
  readonly client: LightClient
  /** Of a block: about 50 ms. */
  readonly blockRequests: number
  /** What one core does in a second: so many rows does a gateway at its limit send at once. */
  readonly secondRequests: number
}

const CONNECTIONS = 8
const WARM_MS = 6_000
const QUADS_A_ROUND = 150
const SECONDS_A_ROUND = 3
const TIMED_A_ROUND = 8
const FRAMES_A_ROUND = 3
/** The last frame has gone and was acknowledged so long after what it tells of. */
const FRAMED_MS = 700
/** A batch is sealed 3.9 to 4.1 s after its first row: before that the process is idle. */
const FRAMED_BY_MS = 3_400
const SEALED_FROM_MS = 3_700
const SHIPPED_BY_MS = 4_500

/** One gateway, its recorder switched on and off in turns: on the heavy query, and on the trivial one. */
export async function telemetry(subgraphs: Served, rounds: number): Promise<TelemetryReport> {
  const recorderUrl = `${subgraphs.url}/clickhouse`
  const supergraphSdl = heavySupergraph(subgraphs.url)
  await using heavy = await serve('ours', { supergraphSdl, recorderUrl })
  const measured = await overheadOf(
    {
      served: heavy,
      client: await LightClient.open(heavy.url, JSON.stringify({ query: HEAVY_QUERY }), CONNECTIONS),
      blockRequests: 16,
      secondRequests: 700,
    },
    rounds,
  )
  await using small = await serve('small-ours', { recorderUrl })
  const trivial = await overheadOf(
    {
      served: small,
      client: await LightClient.open(small.url, JSON.stringify(SMALL_OPERATIONS.trivial), CONNECTIONS),
      blockRequests: 800,
      secondRequests: 16_000,
    },
    rounds,
  )
  return { ...measured, trivial }
}

async function overheadOf(work: Work, rounds: number): Promise<Overhead> {
  await work.client.run(WARM_MS)
  const quads: Quad[] = []
  const shippingUs: number[] = []
  const frameUs: number[] = []
  const insideUs: number[] = []
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < QUADS_A_ROUND; i++) quads.push(await quad(work))
    for (let i = 0; i < TIMED_A_ROUND; i++)
      insideUs.push((await timed(work, 'timed')) - (await timed(work, 'clocked')))
    // What the blocks recorded goes first.
    await wait(SHIPPED_BY_MS)
    for (let i = 0; i < SECONDS_A_ROUND; i++) {
      const told = await second(work)
      if (told !== undefined) shippingUs.push(told)
    }
    for (let i = 0; i < FRAMES_A_ROUND; i++) frameUs.push(await frames(work))
  }
  work.client.close()
  const { recorded, acked, lost } = await turn(work, 'off')
  const offUs = median(quads.map(({ off }) => off))
  const percent = (us: number) => (us / offUs) * 100
  const recording = estimate(quads.map(({ on, off }) => percent(on - off)))
  const shipping = estimate(shippingUs.map(percent))
  const framing = estimate(frameUs.map(percent))
  const all = sumOf([recording, shipping, framing])
  return {
    overheadPct: all.pct,
    intervalPct: all.intervalPct,
    offMsPerRequest: rounded(offUs / 1_000),
    recording,
    insidePct: rounded(percent(median(insideUs))),
    shipping,
    frames: framing,
    recorded,
    acked,
    lost,
  }
}

/** Microseconds a request. */
interface Quad {
  readonly on: number
  readonly off: number
}

async function turn({ served }: Work, state: State): Promise<Switched> {
  return (await served.tell({ kind: `telemetry ${state}` })) as Switched
}

/** Four blocks of equal work, on-off-off-on or the reverse by lot: what changes steadily cancels out. */
async function quad(work: Work): Promise<Quad> {
  const first = randomInt(2) === 0 ? 'on' : 'off'
  const second = first === 'on' ? 'off' : 'on'
  const spent = { on: 0, off: 0 }
  for (const state of [first, second, second, first] as const) {
    const before = await turn(work, state)
    await work.client.send(work.blockRequests)
    spent[state] += (await turn(work, 'off')).cpuUs - before.cpuUs
  }
  const requests = 2 * work.blockRequests
  return { on: spent.on / requests, off: spent.off / requests }
}

/** Microseconds inside the recorder for a request, with what the clock takes. */
async function timed(work: Work, state: 'timed' | 'clocked'): Promise<number> {
  const before = await turn(work, state)
  await work.client.send(work.blockRequests)
  return ((await turn(work, 'off')).insideUs - before.insideUs) / work.blockRequests
}

/** Microseconds that frames of a second of work take, for a request. */
async function frames({ served, secondRequests }: Work): Promise<number> {
  const idled = async (isTapped: boolean) => {
    const told = (await served.tell({ kind: 'frames', perSecond: secondRequests, isTapped })) as Idled
    if (told.frames > 0 !== isTapped) throw new Error(`${told.frames} live frames were sent.`)
    return (told.cpuUs / told.ms) * 1_000
  }
  const [without, withThem] = [await idled(false), await idled(true)]
  return (withThem - without) / secondRequests
}

/**
 * The rows of a second of work, recorded at once; then the process is left alone, and what it spends while the batches go
 * is theirs, less what it spends idle. Microseconds for a request; undefined when the machine was too slow to tell.
 */
async function second(work: Work): Promise<number | undefined> {
  const from = performance.now()
  const until = async (ms: number) => {
    await wait(Math.max(0, ms - (performance.now() - from)))
    return { ...(await turn(work, 'off')), at: performance.now() - from }
  }
  await turn(work, 'on')
  await work.client.send(work.secondRequests)
  const recorded = await until(0)
  const framed = await until(recorded.at + FRAMED_MS)
  if (framed.at > FRAMED_BY_MS) return undefined
  const sealed = await until(SEALED_FROM_MS)
  const shipped = await until(SHIPPED_BY_MS)
  // Behind an acknowledgement come rows that tell of it.
  if (sealed.acked === shipped.acked || shipped.acked < sealed.recorded) return undefined
  const idle = (sealed.cpuUs - framed.cpuUs) / (sealed.at - framed.at)
  return (shipped.cpuUs - sealed.cpuUs - idle * (shipped.at - sealed.at)) / work.secondRequests
}
