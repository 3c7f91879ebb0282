import cluster from 'node:cluster'
import { once } from 'node:events'
import type { SubgraphAnswer, SubgraphTransport } from '@lighthouse/contract/subgraph-request'
import { startGateway } from '@lighthouse/gateway/main'
import { isWorker, reportServing, runWorkers } from 'lighthouse/workers'
import { Answers } from '../graph/answers.js'
import { heavySupergraph, SUBGRAPH_NAMES } from '../graph/subgraphs.js'
import { answering, settings } from './answering.js'

/** What one process did. */
export interface Process {
  readonly cpuUs: number
  readonly operations: number
}

const ORIGIN = 'http://in-process.invalid'
const answers = new Answers()
let operations = 0

function usage(): Process {
  const { user, system } = process.cpuUsage()
  return { cpuUs: user + system, operations }
}

/** A subgraph in the gateway's own process: its answer is text that is parsed, and no socket is between. */
function transportOf(name: string): SubgraphTransport {
  return {
    name,
    async request({ body, query, variables }) {
      const answered = await answers.of(`/${name}`, body ?? JSON.stringify({ query, variables }))
      return JSON.parse(answered?.text ?? '{}') as SubgraphAnswer
    },
    async *subscribe() {},
  }
}

async function serveHere(): Promise<string> {
  const gateway = await startGateway({
    supergraph: { sdl: heavySupergraph(ORIGIN) },
    transports: new Map(SUBGRAPH_NAMES.map((name) => [name, transportOf(name)])),
    recorder: { operation: () => void (operations += 1), fetch: () => undefined, stop: () => undefined },
  })
  return gateway.url
}

/** The process that started the workers, then each of them. */
async function usages(): Promise<Process[]> {
  const workers = Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined)
  const told = workers.map(async (worker) => {
    const answer = once(worker, 'message')
    worker.send({ kind: 'usage' })
    return ((await answer) as Process[])[0]
  })
  return [usage(), ...(await Promise.all(told)).filter((one) => one !== undefined)]
}

/** The heavy query's gateway: one process, or as many as `lighthouse gateway --workers` would start. */
if (isWorker()) {
  process.on('message', ({ kind }: { readonly kind?: string }) => {
    if (kind === 'usage') process.send?.(usage())
  })
  reportServing({ url: await serveHere() })
} else {
  const { count } = await settings<{ count: number }>()
  if (count === 1) answering(await serveHere(), usages)
  else {
    const log = { warn: (message: string) => void process.stderr.write(`${message}\n`) }
    const onReady = async (addresses: object) => answering((addresses as { url: string }).url, usages)
    // These workers answer no question but ours.
    const silentMs = 86_400_000
    process.exitCode = await runWorkers({ count, silentMs, log, onReady })
  }
}
