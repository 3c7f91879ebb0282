import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { AnalyticsAddresses } from '@lighthouse/analytics/start'
import type { SubgraphTransport } from '@lighthouse/contract/subgraph-request'
import { httpTransport } from '@lighthouse/gateway/main'
import type { RedisAddress } from '@lighthouse/chassis/redis'
import type { DomainName } from './domain.js'
import { type Child, childOf } from './child.js'
import { keepRunning } from './keep-running.js'
import { redisText } from './redis-address.js'
import type { Site } from './site.js'

export interface SplitOptions {
  readonly redis: RedisAddress | undefined
  readonly analytics: AnalyticsAddresses | undefined
}

const READY_WITHIN_MS = 20_000
const STOP_WITHIN_MS = 10_000

/** Starts each domain subgraph as a process of its own, kept running, and gives how the gateway reaches them. */
export async function joinSplit(
  site: Site,
  options: SplitOptions,
): Promise<ReadonlyMap<string, SubgraphTransport>> {
  const { closing, say } = site
  const gatewaySecret = site.secrets.gateway
  const urls = new Map<DomainName, string>()
  const transports = new Map<string, SubgraphTransport>()
  const flagsFor = (name: DomainName, port: number): readonly string[] => {
    const { redis, analytics } = options
    const flags = [
      'subgraph',
      name,
      '--attached',
      '--json',
      '--port',
      String(port),
      '--data-dir',
      site.dataDir,
    ]
    for (const [peer, url] of urls) if (peer !== name) flags.push('--peer', `${peer}=${url}`)
    if (redis !== undefined) flags.push('--redis', redisText(redis))
    if (analytics !== undefined) flags.push('--clickhouse', analytics.clickhouse, '--tap', analytics.tap)
    return flags
  }
  for (const names of WAVES) {
    const joined = names.map(async (name) => {
      const first = await startSubgraph(site, name, flagsFor(name, 0))
      const { url } = first
      const port = Number(new URL(url).port)
      const start = () => startSubgraph(site, name, flagsFor(name, port))
      closing.add(name, keepRunning({ name, first, start, say }))
      urls.set(name, url)
      transports.set(name, closing.add(`connections to ${name}`, httpTransport({ name, url, gatewaySecret })))
    })
    await Promise.all(joined)
  }
  return transports
}

/** Each knows the addresses of those before it. */
const WAVES: readonly (readonly DomainName[])[] = [['events'], ['policy', 'experts'], ['validation']]

async function startSubgraph(
  { config, say }: Site,
  name: DomainName,
  flags: readonly string[],
): Promise<Child & { readonly url: string }> {
  const main = fileURLToPath(new URL(import.meta.url.replace(/up\/split\.([jt]s)$/, 'main.$1')))
  const child = spawn(process.execPath, [...process.execArgv, main, ...flags], {
    env: config.env,
    stdio: ['pipe', 'pipe', 'pipe'],
    // A group of its own: Ctrl-C in a terminal reaches us alone, and we stop it in its turn.
    detached: true,
  })
  child.stdin.on('error', () => undefined)
  createInterface({ input: child.stderr }).on('line', say)
  const kept = childOf(child, STOP_WITHIN_MS)
  try {
    return { ...kept, url: await readyLine(name, child.stdout, kept.exited) }
  } catch (error) {
    await kept[Symbol.asyncDispose]()
    throw error
  }
}

async function readyLine(
  name: string,
  stdout: NodeJS.ReadableStream,
  exited: Promise<unknown>,
): Promise<string> {
  return await new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`${name} was not ready within ${READY_WITHIN_MS} ms`)),
      READY_WITHIN_MS,
    )
    void exited.then(() => reject(new Error(`${name} ended before it was ready`)))
    createInterface({ input: stdout }).once('line', (line) => {
      clearTimeout(timer)
      resolve((JSON.parse(line) as { graphql: string }).graphql)
    })
  })
}
