import { SMALL_OPERATIONS } from './graph/small.js'
import { drive, type Figure, measure, median, medianInterval, rounded } from './measure.js'
import { type Served, serve } from './served.js'

interface Compared {
  readonly ours: Figure
  readonly peers: Readonly<Record<string, Figure>>
  /** The median of ours to the peer's, round by round: what the machine does beside meets both of a round. */
  readonly ratio: number
  /** Holds that median with 95 % confidence. */
  readonly ratioInterval: readonly [low: number, high: number]
}

export interface TrivialReport extends Compared {
  readonly tenFields: Compared
  readonly mutation: Compared
}

const PEER = '@apollo/server startStandaloneServer'
/** Few in a turn and many turns, so that the two of a pair meet the same machine. */
const REQUESTS = 600
const TURNS_A_ROUND = 5
const WARMING = 12_000

/** Operations that cost almost nothing, over an in-process subgraph, beside Apollo Server serving the schema itself. */
export async function trivial(sink: Served, rounds: number): Promise<TrivialReport> {
  await using ours = await serve('small-ours', { recorderUrl: `${sink.url}/clickhouse` })
  await using apollo = await serve('small-apollo')
  const servers = new Map([
    ['ours', ours],
    [PEER, apollo],
  ])
  const compare = async (operation: object): Promise<Compared> => {
    const body = JSON.stringify(operation)
    if ((await ours.post(body)).trim() !== (await apollo.post(body)).trim())
      throw new Error('The servers do not answer the same.')
    for (const served of servers.values()) await drive(served, { body, requests: WARMING, concurrency: 16 })
    const load = { body, requests: REQUESTS, rounds: rounds * TURNS_A_ROUND, concurrency: 16 }
    const figures = await measure(servers, load)
    const of = (name: string): Figure => figures.get(name) ?? { cpuMsPerRequest: Number.NaN, rounds: [] }
    const pairs = of('ours').rounds.map((ms, at) => ms / (of(PEER).rounds[at] ?? Number.NaN))
    const [low, high] = medianInterval(pairs)
    return {
      ours: of('ours'),
      peers: { [PEER]: of(PEER) },
      ratio: rounded(median(pairs)),
      ratioInterval: [rounded(low), rounded(high)],
    }
  }
  return {
    ...(await compare(SMALL_OPERATIONS.trivial)),
    tenFields: await compare(SMALL_OPERATIONS.tenFields),
    mutation: await compare(SMALL_OPERATIONS.mutation),
  }
}
