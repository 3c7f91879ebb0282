import { ConfigError, readConfig } from './config.js'
import { EngineMissingError } from './engine/engine.js'
import { EXIT_CODES, WITH_PARENT } from './exit-codes.js'
import { startAnalytics } from './start.js'
import { MigrationDriftError } from './store/migrate.js'

/** One warning of a kind a second is enough to know. */
const WARN_EVERY_MS = 1_000
const PARENT_CHECK_MS = 1_000

function warner(): (message: string) => void {
  const said = new Map<string, number>()
  return (message) => {
    const now = Date.now()
    if (now - (said.get(message) ?? 0) < WARN_EVERY_MS) return
    if (said.size > 100) said.clear()
    said.set(message, now)
    const line = { at: new Date(now).toISOString(), level: 'warn', part: 'analytics', message }
    process.stderr.write(`${JSON.stringify(line)}\n`)
  }
}

/** Resolves when this process is to end: SIGTERM, SIGINT, and for a child the end of its input or of its parent. */
function ending(): Promise<void> {
  return new Promise((resolve) => {
    const end = () => resolve()
    process.once('SIGTERM', end)
    process.once('SIGINT', end)
    // Alone, under a service manager, the input may be /dev/null, which ends at once.
    if (!process.argv.includes(WITH_PARENT)) return
    process.stdin.once('end', end).once('close', end).once('error', end).resume()
    const parent = process.ppid
    setInterval(() => {
      if (process.ppid !== parent) resolve()
    }, PARENT_CHECK_MS).unref()
  })
}

async function main(): Promise<number> {
  const ended = ending()
  try {
    const options = { ...readConfig(), onWarning: warner() }
    await using analytics = await startAnalytics(options)
    const { clickhouse, graphql, ws, tap } = analytics
    process.stdout.write(`ready ${JSON.stringify({ clickhouse, graphql, ws, tap })}\n`)
    await ended
    return EXIT_CODES.ok
  } catch (error) {
    process.stderr.write(`analytics: ${error instanceof Error ? error.message : String(error)}\n`)
    if (error instanceof EngineMissingError) return EXIT_CODES.noEngine
    if (error instanceof ConfigError) return EXIT_CODES.badConfig
    if (error instanceof MigrationDriftError) return EXIT_CODES.drift
    return EXIT_CODES.failed
  }
}

process.exit(await main())
