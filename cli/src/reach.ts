import { type Location, locate } from '@lighthouse/client/locate'
import { openOneShot } from '@lighthouse/client/one-shot'
import type { Transport } from '@lighthouse/client/transport'
import type { Command } from 'commander'

/** The options by which every command that talks to an instance finds it. */
export interface ReachOptions {
  readonly url?: string
  readonly key?: string
  readonly dataDir?: string
}

export function withReach(command: Command): Command {
  return command
    .option('--url <url>', 'the GraphQL endpoint (default: LIGHTHOUSE_URL, else the local instance)')
    .option('--key <key>', 'the API key (default: LIGHTHOUSE_KEY, else credentials.json)')
    .option(
      '--data-dir <dir>',
      'where the local instance keeps its files (default: LIGHTHOUSE_DATA_DIR, ~/.lighthouse)',
    )
}

/** Finds the instance. Rejects with a coded error that says what to do. */
export async function reach(options: ReachOptions, as: 'agent' | 'admin' = 'agent'): Promise<Location> {
  return await locate({ url: options.url, key: options.key, dataDir: options.dataDir, as })
}

export function talkTo(location: Location, deadlineMs?: number): Transport {
  const { url, key } = location
  return openOneShot({
    url,
    key,
    client: 'lighthouse-cli/0.1.0',
    ...(deadlineMs === undefined ? {} : { deadlineMs }),
  })
}
