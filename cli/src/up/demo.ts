import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { AnalyticsAddresses } from '@lighthouse/analytics/start'
import { backfillDemo } from '@lighthouse/analytics/backfill'
import { readCredentials } from '@lighthouse/client/instance'
import { type Child, childOf } from './child.js'
import { keepRunning } from './keep-running.js'
import { GRAPH, type Site } from './site.js'

const STOP_WITHIN_MS = 3_000

/** Fills the last hour with labelled traffic, so that there is a history to look at; a failure is told, no more. */
export async function fillHistory({ secrets, say }: Site, analytics: AnalyticsAddresses): Promise<void> {
  const { user, password } = secrets.writer
  try {
    const { operations } = await backfillDemo({ url: analytics.clickhouse, user, password, graph: GRAPH })
    say(`demo: the last hour holds ${operations} operations by client "demo"`)
  } catch (error) {
    say(`demo: no history: ${(error as Error).message}`)
  }
}

/** Runs the demo workload in a process of its own, so that what it costs is not taken for the gateway's cost. */
export async function startDemoTraffic(site: Site, url: string): Promise<void> {
  const { config, say, closing, dataDir } = site
  const credentials = await readCredentials(join(dataDir, 'credentials.json'))
  const entry = createRequire(import.meta.url).resolve('@lighthouse/loadtest/demo-main')
  const env = { ...config.env, LIGHTHOUSE_URL: url, LIGHTHOUSE_KEY: credentials?.agentKey }
  const start = async () => startTraffic(entry, env)
  closing.add('demo traffic', keepRunning({ name: 'demo traffic', first: await start(), start, say }))
}

function startTraffic(entry: string, env: NodeJS.ProcessEnv): Child {
  const child = spawn(process.execPath, [...process.execArgv, entry], {
    env,
    // By the channel it hears that this process is gone.
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    detached: true,
  })
  return childOf(child, STOP_WITHIN_MS)
}
