import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { startTicksOf } from '@lighthouse/client/instance'
import { writePrivate } from './private-file.js'

/** Every address of a running instance: what `ready` prints. */
export interface Addresses {
  readonly graphql: string
  readonly ws: string
  readonly console: string
  readonly clickhouse: string | null
  readonly metrics: string
  readonly mcp: string
  readonly credentials: string
}

/** Writes `<dataDir>/instance.json`, by which the command line, the hook and the mount find us, until it is disposed. */
export async function announce(
  dataDir: string,
  addresses: Addresses,
  version: string,
): Promise<AsyncDisposable> {
  const file = join(dataDir, 'instance.json')
  const startTicks = await startTicksOf(process.pid)
  const startedAt = new Date().toISOString()
  await writePrivate(
    file,
    `${JSON.stringify({ pid: process.pid, startTicks, version, startedAt, ...addresses })}\n`,
  )
  return { [Symbol.asyncDispose]: async () => rm(file, { force: true }) }
}
