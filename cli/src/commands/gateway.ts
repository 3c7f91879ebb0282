import { createLog } from '@lighthouse/chassis/log'
import { configSource, readConfig } from '@lighthouse/gateway/config'
import { readTraces } from '@lighthouse/gateway/tracing/config'
import {
  constant,
  type FileConfig,
  fileSource,
  type Gateway,
  type Source,
  mapped,
  startStandaloneGateway,
  subgraphsSource,
  trafficFor,
} from '@lighthouse/gateway/main'
import { LIMIT_NAMES, LIMITS, limitFlag, type Limits } from '@lighthouse/gateway/limits'
import { MODES } from '@lighthouse/gateway/persisted/documents'
import { Command, Option } from 'commander'
import { sharedCache } from '../cache/shared-cache.js'
import { CommandError } from '../command-error.js'
import { countFlag, portFlag, secondsFlag, wholeFlag } from '../flags.js'
import { type DocumentFlags, gatewayDocuments } from '../operations/gateway-documents.js'
import { print, printJson } from '../output.js'
import { startError } from '../start-error.js'
import { untilSignal } from '../until-signal.js'
import { isWorker, reportServing, runWorkers } from '../workers.js'
import { siblings } from '../workers/siblings.js'

interface GatewayFlags extends Partial<Limits>, DocumentFlags {
  readonly supergraph?: string
  readonly subgraph: readonly string[]
  readonly poll: number
  readonly config?: string
  readonly port?: number
  readonly host?: string
  readonly workers: number
  readonly workerTimeout: number
  readonly json?: boolean
  readonly maxBodyBytes?: number
}

export function gatewayCommand(): Command {
  const command = new Command('gateway')
    .description(
      'Serves POST /graphql (and graphql-transport-ws) for any Federation supergraph, until Ctrl-C.',
    )
    .option('--supergraph <file>', 'the supergraph SDL; its subgraphs are called where it says; followed')
    .option(
      '--subgraph <name=url>',
      'instead: a running subgraph, asked for its SDL and composed with the others; may be repeated',
      collect,
      [],
    )
    .option('--poll <seconds>', 'how often subgraphs are asked for their SDL again', secondsFlag, 10)
    .option(
      '--config <file>',
      'YAML or JSON with timeouts, retries, headers and more (docs/reference/config.md)',
    )
    .option('--port <port>', '0 takes any free one (default: LIGHTHOUSE_PORT, 4000)', portFlag)
    .option('--host <host>', 'the address to listen on (default: LIGHTHOUSE_HOST, 127.0.0.1)')
    .option('--workers <n>', 'processes that share the port, one for each core to use', countFlag(1, 64), 1)
    .option(
      '--worker-timeout <seconds>',
      'a worker that has not answered for so long is replaced',
      secondsFlag,
      30,
    )
    .option('--json', 'print the addresses as JSON')
    .option('--operations <file>', 'manifest of trusted documents; read again when it changes')
    .addOption(
      new Option('--operations-mode <mode>', 'what becomes of other documents (default: off)').choices(MODES),
    )
    .option('--redis <url>', 'shares documents and what is cached among gateways')
    .option('--max-body-bytes <n>', 'Bytes of a request. (default: 65536)', wholeFlag)
  for (const name of LIMIT_NAMES) {
    const { meaning, otherwise } = LIMITS[name]
    command.option(`${limitFlag(name)} <n>`, `${meaning} (default: ${otherwise})`, wholeFlag)
  }
  return command.action(serve)
}

/** The limits that flags set. */
function flaggedLimits(flags: GatewayFlags): Partial<Limits> {
  return Object.fromEntries(
    LIMIT_NAMES.map((name) => [name, flags[name]] as const).filter(([, value]) => value !== undefined),
  )
}

async function serve(flags: GatewayFlags): Promise<void> {
  if (flags.workers > 1 && !isWorker()) {
    const log = createLog({ name: 'gateway' })
    const { workers: count, workerTimeout } = flags
    const onReady = (addresses: object) => tell(addresses as Addresses, flags.json === true)
    process.exit(await runWorkers({ count, silentMs: workerTimeout * 1_000, log, onReady }))
  }
  const given = readConfig()
  const { config, port = given.port, host = given.host, json } = flags
  const traces = readTraces()
  const file = config === undefined ? constant<FileConfig>({}) : configSource(config)
  const log = createLog({ name: 'gateway' })
  const kept = await gatewayDocuments(flags, (await readOnce(file)).operations ?? {}, log)
  const { cache } = await readOnce(file)
  const shared = await sharedCache({ redis: flags.redis, cache }, log)
  if (flags.workers > 1 && cache !== undefined && shared.store === undefined) {
    const message =
      'Workers that cache must hear of each other what is invalidated: name a Redis with --redis.'
    throw new CommandError('BAD_USAGE', message)
  }
  const settings = mapped(file, ({ limits, operations, ...rest }) => ({
    ...rest,
    limits: { ...limits, ...given.limits, ...flaggedLimits(flags) },
    traces: { ...rest.traces, ...traces },
    operations: { roles: operations?.roles, mode: kept.mode ?? operations?.mode },
  }))
  const { traffic } = await readOnce(settings)
  const supergraphSdl = sourceOf(flags, traffic)
  await readOnce(supergraphSdl)
  const gateway = await startStandaloneGateway({
    ...given,
    maxBodyBytes: flags.maxBodyBytes ?? given.maxBodyBytes,
    settings,
    documents: kept.documents,
    sharedCache: shared.store,
    siblings: siblings(),
    supergraphSdl,
    host,
    port,
    log: (message, details) => log.warn(message, details),
  }).catch((error: unknown) => {
    throw startError(error, port)
  })
  const ended = untilSignal()
  const { url, wsUrl, origin } = gateway
  if (isWorker()) reportServing({ url, wsUrl, origin })
  else await tell(gateway, json === true)
  await ended
  await gateway.close()
  await kept[Symbol.asyncDispose]()
  await shared[Symbol.asyncDispose]()
  process.exit(0)
}

/** What is followed: a file, or running subgraphs. */
function sourceOf(flags: GatewayFlags, traffic: FileConfig['traffic']): Source<string> {
  const { supergraph, subgraph, poll } = flags
  if ((supergraph === undefined) === (subgraph.length === 0)) {
    throw new CommandError(
      'BAD_USAGE',
      'Name a supergraph with --supergraph FILE, or subgraphs with --subgraph.',
    )
  }
  if (supergraph !== undefined) return fileSource({ path: supergraph, parse: (text) => text })
  const subgraphs = subgraph.map((text) => {
    const [, name = '', url = ''] = /^([A-Za-z][\w-]*)=(.+)$/.exec(text) ?? []
    if (name === '') throw new CommandError('BAD_USAGE', `Give ${text} as NAME=URL.`)
    return { name, url, traffic: trafficFor(name, traffic) }
  })
  return subgraphsSource({ subgraphs, pollMs: poll * 1_000 })
}

/** The first read of a source: what is wrong with it is wrong with the command. */
async function readOnce<Value>(source: Source<Value>): Promise<Value> {
  return source.read().catch((error: NodeJS.ErrnoException) => {
    const { syscall, path = 'A folder', code, message } = error
    throw new CommandError('BAD_USAGE', syscall === undefined ? message : `${path} cannot be read (${code}).`)
  })
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value]
}

type Addresses = Pick<Gateway, 'url' | 'wsUrl' | 'origin'>

async function tell({ url, wsUrl, origin }: Addresses, asJson: boolean): Promise<void> {
  if (asJson) await printJson({ graphql: url, ws: wsUrl, metrics: `${origin}/metrics` })
  else await print(`ready ${url}\n`)
}
