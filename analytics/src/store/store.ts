import { setTimeout as sleep } from 'node:timers/promises'
import type { ClickHouseClient } from '@clickhouse/client'
import { createRecorder, type Recorder } from '../recorder/record.js'
import { connectStore, type StoreAddress } from './connect.js'
import { migrate } from './migrate.js'

/** ClickHouse as the analytics process uses it. */
export interface Store extends AsyncDisposable {
  readonly client: ClickHouseClient
  /** Takes the rows that this process itself makes: the stops `tap` and `show`. */
  readonly recorder: Recorder
}

export interface StoreOptions extends StoreAddress {
  readonly spillDir: string
  /** How long ClickHouse may take to answer its first ping. Default 15 s. */
  readonly waitMs?: number
  readonly onWarning: (message: string) => void
}

const PING_EVERY_MS = 250

/** Connects, waits until ClickHouse answers, and migrates. Throws when it does not answer or has drifted. */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { waitMs = 15_000, spillDir, onWarning } = options
  const client = connectStore(options)
  try {
    await answering(client, waitMs)
    await migrate(client)
  } catch (error) {
    await client.close()
    throw error
  }
  const recorder = createRecorder({ ...options, source: 'analytics', spillDir, onWarning })
  return {
    client,
    recorder,
    async [Symbol.asyncDispose]() {
      await recorder[Symbol.asyncDispose]()
      await client.close()
    },
  }
}

async function answering(client: ClickHouseClient, waitMs: number): Promise<void> {
  const deadline = Date.now() + waitMs
  for (;;) {
    const { success, error } = { error: undefined, ...(await client.ping()) }
    if (success) return
    if (Date.now() >= deadline) throw new Error(`ClickHouse does not answer: ${String(error)}`)
    await sleep(PING_EVERY_MS)
  }
}
