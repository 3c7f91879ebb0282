import { fileURLToPath } from 'node:url'
import { readServing, type Serving } from '@lighthouse/chassis/read-serving'

export interface PolicyConfig extends Serving {
  readonly policiesDir: string
  readonly redisUrl: string | undefined
  /** An OPA server that judges in place of the policy in this process. */
  readonly opaUrl: string | undefined
  /** GraphQL address of the events subgraph, when there is one. */
  readonly eventsUrl: string | undefined
}

type Env = Readonly<Record<string, string | undefined>>

const DEFAULT_PORT = 4103

/** Where the policies that come with the product are. */
export const SHIPPED_POLICIES = fileURLToPath(new URL('../../../policies', import.meta.url))

/**
 * Reads the configuration of a policy subgraph that runs alone. Throws naming the variable that is missing or wrong.
 *
 * LIGHTHOUSE_GATEWAY_SECRET (required), LIGHTHOUSE_HOST, LIGHTHOUSE_PORT, LIGHTHOUSE_POLICIES_DIR, REDIS_URL, OPA_URL,
 * LIGHTHOUSE_EVENTS_URL.
 */
export function readConfig(env: Env = process.env): PolicyConfig {
  return {
    ...readServing(env, DEFAULT_PORT),
    policiesDir: env['LIGHTHOUSE_POLICIES_DIR'] ?? SHIPPED_POLICIES,
    redisUrl: env['REDIS_URL'],
    opaUrl: env['OPA_URL'],
    eventsUrl: env['LIGHTHOUSE_EVENTS_URL'],
  }
}
