import { createHmac } from 'node:crypto'
import { createLog, type Log } from '@lighthouse/chassis/log'
import { openRegistry, type Registry } from '@lighthouse/events/registry/registry'
import { type ClickHouseUser, openSecrets } from '@lighthouse/events/registry/secrets'
import { type CliConfig, readCliConfig } from '../config.js'
import type { Closing, Say } from './closing.js'

/** The name of this graph in recorded rows. */
export const GRAPH = 'main'

/** What every part of one installation stands on. */
export interface Site {
  readonly dataDir: string
  readonly registry: Registry
  readonly secrets: SiteSecrets
  readonly config: CliConfig
  readonly log: Log
  readonly say: Say
  readonly closing: Closing
}

interface SiteSecrets {
  /** Signs the principal between gateway and subgraphs. */
  readonly gateway: string
  /** Lets recorders send live frames. */
  readonly tap: string
  readonly writer: ClickHouseUser
  readonly analyst: ClickHouseUser
}

/** Opens the secrets and the registry of a data directory, making them on first start. */
export function openSite(dataDir: string, closing: Closing, say: Say): Site {
  const { clickhouse, ...kept } = openSecrets({ dataDir })
  const config = readCliConfig()
  const gatewaySecret = config.gatewaySecret ?? kept.gatewaySecret
  // Derived, so that there is one secret less to keep: whoever knows the gateway's may send frames.
  const tap = createHmac('sha256', gatewaySecret).update('tap').digest('base64url')
  // A server of one's own knows nothing of our generated users.
  const writer = config.clickhouse ?? clickhouse.writer
  return {
    dataDir,
    registry: openRegistry({ dataDir }),
    secrets: { gateway: gatewaySecret, tap, analyst: clickhouse.analyst, writer },
    config,
    log: createLog({ name: 'lighthouse', level: 'warn', write: say }),
    say,
    closing,
  }
}
