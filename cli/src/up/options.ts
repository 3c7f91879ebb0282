import { resolve } from 'node:path'
import { readConfig } from '@lighthouse/gateway/config'

/** What `lighthouse up` was asked for. */
export interface UpOptions {
  readonly host: string
  /** 0: any free port. */
  readonly port: number
  readonly dataDir: string
  readonly demo: boolean
  /** Port of the ClickHouse door; 0: any free one, kept over restarts of analytics. */
  readonly clickhousePort: number
  readonly redis: boolean
  readonly analytics: boolean
  /** Every domain subgraph as a process of its own. */
  readonly split: boolean
}

/** The flags as commander reads them. */
export interface UpFlags {
  readonly host?: string
  readonly port?: number
  readonly dataDir?: string
  readonly demo: boolean
  readonly clickhousePort: number
  readonly redis: boolean
  readonly analytics: boolean
  readonly split?: boolean
  readonly json?: boolean
}

export function upOptions(flags: UpFlags, defaultDataDir: string): UpOptions {
  const given = readConfig()
  const { host = given.host, port = given.port, demo, clickhousePort, redis, analytics } = flags
  const dataDir = resolve(flags.dataDir ?? defaultDataDir)
  return { host, port, dataDir, demo, clickhousePort, redis, analytics, split: flags.split === true }
}
