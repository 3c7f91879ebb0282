import { availableParallelism, cpus } from 'node:os'
import { HEAVY_QUERY } from './graph/heavy-query.js'
import { LightClient } from './light-client.js'
import { median, medianInterval, rounded } from './measure.js'
import { type Served, serve } from './served.js'
import type { Process } from './servers/workers.js'

/** A closed loop: as many answers as the processes can give. */
interface Throughput {
  readonly perSecond: number
  /** Of all processes of the gateway. */
  readonly cpuMsPerRequest: number
  /** Of all cores: what the client took, and what nobody took. */
  readonly clientPct: number
  readonly idlePct: number
}

export interface WorkersReport {
  readonly cores: number
  readonly one: Throughput
  readonly two: Throughput
  /** Two gateways of one process each, on ports of their own. */
  readonly apart: Throughput
  /** Throughput of two processes divided by twice that of one; of neighbouring turns. */
  readonly efficiency: Spread
  readonly efficiencyApart: Spread
  /**
   * The same by CPU: that of one request of one process alone divided by that of two, all at their limit. What the cores do
   * beside does not touch it; it is the efficiency of workers that have a core each.
   */
  readonly efficiencyByCpu: Spread
  /** No efficiency above this is possible on these cores: the client's CPU is taken from the same ones. */
  readonly efficiencyBound: number
  /** Two workers beside two gateways apart: what sharing the port costs. */
  readonly twoToApart: Spread
  /** At the same offered load, half of what one can: CPU of all processes of the gateway for one request. */
  readonly paced: { readonly one: number; readonly two: number; readonly ratio: Spread }
  /** Of the requests, by worker. */
  readonly shares: readonly number[]
}

interface Spread {
  readonly median: number
  /** Holds the median with 95 % confidence. */
  readonly interval: readonly [low: number, high: number]
}

interface SetUp {
  readonly servers: readonly Served[]
  readonly clients: readonly LightClient[]
}

interface Round {
  readonly perSecond: number
  readonly clientUs: number
  readonly serverUs: number
  readonly answers: number
  readonly clientPct: number
  readonly idlePct: number
}

const CONNECTIONS = 16
const WARM_MS = 4_000
/** Short, and many: what the machine does beside meets neighbours alike. */
const TURN_MS = 600
const TURNS_A_ROUND = 6
const BODY = JSON.stringify({ query: HEAVY_QUERY })

/** The heavy query over subgraphs in the gateway's process: nearly all CPU is the gateway's own. */
export async function workers(_: Served, rounds: number): Promise<WorkersReport> {
  await using one = await serve('workers', { count: 1 })
  await using two = await serve('workers', { count: 2 })
  await using other = await serve('workers', { count: 1 })
  const open = async (served: Served, connections: number) => LightClient.open(served.url, BODY, connections)
  const toOne = await open(one, CONNECTIONS)
  const toTwo = await open(two, CONNECTIONS)
  const toHalf = await open(one, CONNECTIONS / 2)
  const toOther = await open(other, CONNECTIONS / 2)
  const setUps: Record<'one' | 'two' | 'apart', SetUp> = {
    one: { servers: [one], clients: [toOne] },
    two: { servers: [two], clients: [toTwo] },
    apart: { servers: [one, other], clients: [toHalf, toOther] },
  }
  const order = [setUps.one, setUps.two, setUps.apart]
  // Each process as long: two share what one has alone.
  for (const { clients } of [...order, setUps.two])
    await Promise.all(clients.map((client) => client.run(WARM_MS)))
  const seen = new Map(order.map((setUp) => [setUp, [] as Round[]]))
  const paced: (readonly [one: number, two: number])[] = []
  for (let turn = 0; turn < rounds * TURNS_A_ROUND; turn++) {
    for (const setUp of turn % 2 === 0 ? order : order.toReversed())
      seen.get(setUp)?.push(await measured(setUp))
    const half = (seen.get(setUps.one)?.at(-1)?.perSecond ?? 0) / 2
    const first = await pacedMs(turn % 2 === 0 ? setUps.one : setUps.two, half)
    const second = await pacedMs(turn % 2 === 0 ? setUps.two : setUps.one, half)
    paced.push(turn % 2 === 0 ? [first, second] : [second, first])
  }
  const of = (setUp: SetUp): Round[] => seen.get(setUp) ?? []
  return {
    cores: availableParallelism(),
    one: throughput(of(setUps.one)),
    two: throughput(of(setUps.two)),
    apart: throughput(of(setUps.apart)),
    efficiency: ratios(of(setUps.two), of(setUps.one), 2),
    efficiencyApart: ratios(of(setUps.apart), of(setUps.one), 2),
    efficiencyByCpu: byCpu(of(setUps.one), of(setUps.two)),
    efficiencyBound: bound(of(setUps.one), of(setUps.two)),
    twoToApart: ratios(of(setUps.two), of(setUps.apart), 1),
    paced: {
      one: rounded(median(paced.map(([ms]) => ms))),
      two: rounded(median(paced.map(([, ms]) => ms))),
      ratio: spread(paced.map(([alone, both]) => both / alone)),
    },
    shares: await sharesOf(two),
  }
}

async function processesOf(servers: readonly Served[]): Promise<Process[]> {
  return (await Promise.all(servers.map((served) => served.tell({ kind: 'processes' })))).flat() as Process[]
}

async function cpuUsOf(servers: readonly Served[]): Promise<number> {
  return (await processesOf(servers)).reduce((sum, { cpuUs }) => sum + cpuUs, 0)
}

function idleMs(): number {
  return cpus().reduce((sum, { times }) => sum + times.idle, 0)
}

async function measured({ servers, clients }: SetUp): Promise<Round> {
  const answered = () => clients.reduce((sum, client) => sum + client.answers, 0)
  const [serverUs, from, answers] = [await cpuUsOf(servers), performance.now(), answered()]
  const [idle, own] = [idleMs(), process.cpuUsage()]
  const perSecond = (await Promise.all(clients.map((client) => client.run(TURN_MS)))).reduce(
    (sum, each) => sum + each,
    0,
  )
  const { user, system } = process.cpuUsage(own)
  const allMs = (performance.now() - from) * availableParallelism()
  return {
    perSecond,
    clientUs: user + system,
    clientPct: (user + system) / 10 / allMs,
    idlePct: ((idleMs() - idle) / allMs) * 100,
    answers: answered() - answers,
    serverUs: (await cpuUsOf(servers)) - serverUs,
  }
}

async function pacedMs({ servers, clients }: SetUp, perSecond: number): Promise<number> {
  const answered = () => clients.reduce((sum, client) => sum + client.answers, 0)
  const [us, before] = [await cpuUsOf(servers), answered()]
  await Promise.all(clients.map((client) => client.pace(perSecond / clients.length, TURN_MS)))
  return ((await cpuUsOf(servers)) - us) / 1_000 / (answered() - before)
}

function throughput(each: readonly Round[]): Throughput {
  const of = (read: (round: Round) => number) => rounded(median(each.map(read)))
  return {
    perSecond: of(({ perSecond }) => perSecond),
    cpuMsPerRequest: of(({ serverUs, answers }) => serverUs / 1_000 / answers),
    clientPct: of(({ clientPct }) => clientPct),
    idlePct: of(({ idlePct }) => idlePct),
  }
}

/** All cores busy with nothing but requests as cheap as one process alone has them, and the client's part of each. */
function bound(one: readonly Round[], two: readonly Round[]): number {
  const serverUs = median(one.map((round) => round.serverUs / round.answers))
  const clientUs = median(two.map((round) => round.clientUs / round.answers))
  const most = (availableParallelism() * 1_000_000) / (serverUs + clientUs)
  return rounded(most / (2 * median(one.map(({ perSecond }) => perSecond))))
}

function ratios(above: readonly Round[], below: readonly Round[], times: number): Spread {
  return spread(above.map(({ perSecond }, nth) => perSecond / (times * (below[nth]?.perSecond ?? 0))))
}

function byCpu(one: readonly Round[], two: readonly Round[]): Spread {
  const cost = (round: Round | undefined) => (round?.serverUs ?? 0) / (round?.answers ?? 0)
  return spread(two.map((round, nth) => cost(one[nth]) / cost(round)))
}

function spread(each: readonly number[]): Spread {
  const [low, high] = medianInterval(each)
  return {
    median: rounded(median(each)),
    interval: [rounded(low), rounded(high)],
  }
}

async function sharesOf(served: Served): Promise<number[]> {
  const counts = (await processesOf([served])).slice(1).map(({ operations }) => operations)
  const all = counts.reduce((sum, count) => sum + count, 0)
  return counts.map((count) => rounded(count / all))
}
