import { SMALL_OPERATIONS } from './graph/small.js'
import { type Figure, measure, rounded } from './measure.js'
import { type Served, serve } from './served.js'

interface Compared {
  readonly ours: Figure
  readonly peers: Readonly<Record<string, Figure>>
  readonly ratio: number
}

export interface TrivialReport extends Compared {
  readonly tenFields: Compared
  readonly mutation: Compared
}

const PEER = '@apollo/server startStandaloneServer'

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
    const figures = await measure(servers, { body, requests: 3_000, rounds, concurrency: 16 })
    const of = (name: string): Figure => figures.get(name) ?? { cpuMsPerRequest: Number.NaN, rounds: [] }
    const ratio = rounded(of('ours').cpuMsPerRequest / of(PEER).cpuMsPerRequest)
    return { ours: of('ours'), peers: { [PEER]: of(PEER) }, ratio }
  }
  return {
    ...(await compare(SMALL_OPERATIONS.trivial)),
    tenFields: await compare(SMALL_OPERATIONS.tenFields),
    mutation: await compare(SMALL_OPERATIONS.mutation),
  }
}
