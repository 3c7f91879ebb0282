import { resolve } from 'node:path'
import { httpPeer } from '@lighthouse/chassis/peer'
import { serveSubgraph } from '@lighthouse/chassis/serve'
import { readConfig } from '@lighthouse/client/config'
import type { SubgraphTransport } from '@lighthouse/contract/subgraph-request'
import { Argument, Command, InvalidArgumentError } from 'commander'
import { note, print, printJson } from '../output.js'
import { portFlag } from '../flags.js'
import { startError } from '../start-error.js'
import { untilParentEnds, untilSignal } from '../until-signal.js'
import { openRecorder } from '../up/analytics.js'
import { Closing } from '../up/closing.js'
import { DOMAIN, type DomainName, openDomain } from '../up/domain.js'
import { redisAddress } from '../up/redis-address.js'
import { openSite } from '../up/site.js'

interface SubgraphFlags {
  readonly port: number
  readonly host: string
  readonly dataDir?: string
  readonly peer: ReadonlyMap<string, string>
  readonly redis?: string
  readonly clickhouse?: string
  readonly tap?: string
  readonly allowAnonymous?: boolean
  readonly attached?: boolean
  readonly json?: boolean
}

export function subgraphCommand(): Command {
  return new Command('subgraph')
    .description(
      'Starts one subgraph by itself over HTTP, until Ctrl-C. It takes requests that a gateway signed.',
    )
    .addArgument(new Argument('<name>', 'which').choices(DOMAIN))
    .option('--port <port>', '0 takes any free one', portFlag, 0)
    .option('--host <host>', 'the address to listen on', '127.0.0.1')
    .option('--data-dir <dir>', 'whose secrets it shares (default: LIGHTHOUSE_DATA_DIR, ~/.lighthouse)')
    .option('--peer <name=url>', 'where a sibling subgraph answers; may be repeated', addPeer, new Map())
    .option('--redis <url|socket>', 'the Redis to use')
    .option('--clickhouse <url>', 'the ClickHouse to record to')
    .option('--tap <url>', 'where live frames are sent')
    .option('--allow-anonymous', 'take requests that nobody signed, too; they have no principal')
    .option('--attached', 'end when stdin ends')
    .option('--json', 'print the addresses as JSON')
    .action(serve)
}

async function serve(name: DomainName, flags: SubgraphFlags): Promise<void> {
  const ended = Promise.race([untilSignal(), ...(flags.attached === true ? [untilParentEnds()] : [])])
  await using closing = new Closing(note)
  const dataDir = flags.dataDir === undefined ? readConfig().dataDir : resolve(flags.dataDir)
  const site = openSite(dataDir, closing, note)
  const peers = new Map<string, SubgraphTransport>()
  for (const [peer, url] of flags.peer)
    peers.set(
      peer,
      closing.add(`peer ${peer}`, httpPeer({ name: peer, url, gatewaySecret: site.secrets.gateway })),
    )
  const at = flags.clickhouse === undefined ? undefined : { clickhouse: flags.clickhouse, tap: flags.tap }
  const recorder = openRecorder(site, at, name)
  const redis = flags.redis === undefined ? undefined : redisAddress(flags.redis)
  const subgraph = await openDomain(name, { ...site, peers, recorder, redis }).catch((error: unknown) => {
    throw startError(error, flags.port)
  })
  const served = await serveSubgraph(subgraph, {
    host: flags.host,
    port: flags.port,
    gatewaySecret: site.secrets.gateway,
    allowAnonymous: flags.allowAnonymous === true,
    log: site.log,
  }).catch((error: unknown) => {
    throw startError(error, flags.port)
  })
  closing.add('server', served)
  const { url, wsUrl } = served
  await (flags.json === true ? printJson({ graphql: url, ws: wsUrl }) : print(`ready ${url}\n`))
  await ended
  await closing[Symbol.asyncDispose]()
  process.exit(0)
}

function addPeer(text: string, before: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const [, name, url] = /^([a-z]+)=(https?:\/\/.+)$/.exec(text) ?? []
  if (name === undefined || url === undefined) throw new InvalidArgumentError('It is NAME=http://….')
  return new Map([...before, [name, url]])
}
