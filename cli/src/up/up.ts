import { join } from 'node:path'
import { openHookSocket } from '@lighthouse/reach/hook-socket'
import { VERSION } from '../version.js'
import { openRecorder, startAnalytics } from './analytics.js'
import { claimDataDir } from './claim.js'
import type { Closing, Say } from './closing.js'
import { offerLinks } from './console-link.js'
import { fillHistory, startDemoTraffic } from './demo.js'
import { joinInProcess } from './domain.js'
import { type Addresses, announce } from './instance.js'
import { openGateway } from './open-gateway.js'
import type { UpOptions } from './options.js'
import { confirmReady } from './ready.js'
import { startRedis } from './redis.js'
import { openSite } from './site.js'
import { joinSplit } from './split.js'

/** What runs, once everything answers. */
export interface Running {
  readonly addresses: Addresses
  /** Makes a link that opens the console once, as the administrator. */
  readonly makeLink: () => string
}

/**
 * Starts everything of the embedded (or split) mode, in order, and resolves when all of it answers. What was opened is
 * closed with `closing`, in the opposite order, also when this rejects.
 */
export async function up(options: UpOptions, closing: Closing, say: Say): Promise<Running> {
  const { dataDir, host, port } = options
  closing.add('data directory', await claimDataDir(dataDir))
  const site = openSite(dataDir, closing, say)
  const [redis, analytics] = await Promise.all([
    options.redis ? startRedis(site) : undefined,
    options.analytics ? startAnalytics(site, options.clickhousePort) : undefined,
  ])
  say(redis === undefined ? 'redis is off' : 'redis answers')
  say(
    analytics === undefined ? 'analytics is off' : `analytics answers, ClickHouse at ${analytics.clickhouse}`,
  )
  const recorder = openRecorder(site, analytics, 'gateway')
  const domain = options.split
    ? await joinSplit(site, { redis, analytics })
    : await joinInProcess({ ...site, redis, recorder })
  say(`subgraphs answer: ${[...domain.keys()].join(', ')}`)
  const gateway = await openGateway(site, { host, port, domain, analytics, recorder, redis })
  await confirmReady(gateway.origin, analytics === undefined ? [] : [`${analytics.clickhouse}/ping`])
  const addresses: Addresses = {
    graphql: gateway.url,
    ws: gateway.wsUrl,
    console: `${gateway.origin}/console/`,
    clickhouse: analytics?.clickhouse ?? null,
    metrics: `${gateway.origin}/metrics`,
    mcp: `${gateway.origin}/mcp`,
    credentials: join(dataDir, 'credentials.json'),
  }
  const makeLink = () => `${addresses.console}link/${site.registry.createLink('admin')}`
  const hooks = await openHookSocket(dataDir, gateway.perform)
  if (hooks === undefined) say(`hooks go over HTTP: the path of ${dataDir} is too long for a socket`)
  else closing.add('hook socket', hooks)
  closing.add('console links', offerLinks(dataDir, makeLink, say))
  closing.add('instance file', await announce(dataDir, addresses, VERSION))
  if (options.demo) await startDemoTraffic(site, gateway.url)
  // Takes a while and nobody waits for it: the console fills up as it goes.
  if (options.demo && analytics !== undefined) void fillHistory(site, analytics)
  return { addresses, makeLink }
}
