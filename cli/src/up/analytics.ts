import { join } from 'node:path'
import { createRecorder, type Recorder, SILENT } from '@lighthouse/analytics/recorder/record'
import type { AnalyticsAddresses } from '@lighthouse/analytics/start'
import { AnalyticsStartError, type SpawnedAnalytics, spawnAnalytics } from '@lighthouse/analytics/spawn'
import { keepRunning } from './keep-running.js'
import type { Site } from './site.js'

/**
 * Starts the analytics process and keeps it running: its addresses stay while it is started again. Undefined when this machine has no engine or it does not start:
 * operations then go on and are not recorded.
 */
export async function startAnalytics(
  site: Site,
  clickhousePort: number,
): Promise<AnalyticsAddresses | undefined> {
  const { secrets, config, say, closing } = site
  const options = {
    dataDir: join(site.dataDir, 'analytics'),
    gatewaySecret: secrets.gateway,
    tapSecret: secrets.tap,
    writer: secrets.writer,
    analyst: secrets.analyst,
    onLog: say,
    ...(config.clickhouse !== undefined && { remote: config.clickhouse }),
  }
  let first: SpawnedAnalytics
  try {
    first = await spawnAnalytics({ ...options, clickhousePort })
  } catch (error) {
    const why =
      error instanceof AnalyticsStartError && error.noEngine ? 'no engine is installed' : String(error)
    say(`analytics: ${why}; going on without it: nothing is recorded`)
    return undefined
  }
  const ports = { clickhousePort: portOf(first.clickhouse), graphqlPort: portOf(first.graphql) }
  const start = () => spawnAnalytics({ ...options, ...ports })
  closing.add('analytics', keepRunning({ name: 'analytics', first, start, say }))
  const { clickhouse, graphql, ws, tap } = first
  return { clickhouse, graphql, ws, tap }
}

/** A recorder that writes to this analytics under the name of a process; without one, a recorder that does nothing. */
export function openRecorder(
  site: Site,
  at: { readonly clickhouse: string; readonly tap: string | undefined } | undefined,
  source: string,
): Recorder {
  if (at === undefined) return SILENT
  const { secrets, say, closing, dataDir } = site
  const recorder = createRecorder({
    url: at.clickhouse,
    user: secrets.writer.user,
    password: secrets.writer.password,
    ...(at.tap !== undefined && { tapUrl: at.tap, tapSecret: secrets.tap }),
    spillDir: join(dataDir, 'spill'),
    source,
    onWarning: (message) => say(`recorder: ${message}`),
  })
  return closing.add('recorder', recorder)
}

function portOf(url: string): number {
  return Number(new URL(url).port)
}
