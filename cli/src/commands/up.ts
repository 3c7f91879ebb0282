import { readConfig } from '@lighthouse/client/config'
import { Command } from 'commander'
import { note, print } from '../output.js'
import { portFlag } from '../flags.js'
import { untilSignal } from '../until-signal.js'
import { Closing } from '../up/closing.js'
import { type UpFlags, upOptions } from '../up/options.js'
import { up } from '../up/up.js'

export function upCommand(): Command {
  return new Command('up')
    .description('Starts gateway, subgraphs, analytics and Redis on this machine, until Ctrl-C.')
    .option(
      '--port <port>',
      'of the gateway; 0 takes any free one (default: LIGHTHOUSE_PORT, 4000)',
      portFlag,
    )
    .option('--host <host>', 'the address to listen on (default: LIGHTHOUSE_HOST, 127.0.0.1)')
    .option('--data-dir <dir>', 'where everything is kept (default: LIGHTHOUSE_DATA_DIR, ~/.lighthouse)')
    .option('--clickhouse-port <port>', 'of the ClickHouse door; 0 takes any free one', portFlag, 0)
    .option('--no-demo', 'without demo traffic and history')
    .option('--no-redis', 'without Redis: what was learned stays in this process')
    .option('--no-analytics', 'without analytics: nothing is recorded')
    .option('--split', 'every subgraph as a process of its own')
    .option('--json', 'progress as JSON lines on stderr too')
    .addHelpText(
      'after',
      '\nWhen everything answers, prints one line on stdout: ready {"graphql":…,"credentials":…}',
    )
    .action(runUp)
}

async function runUp(flags: UpFlags): Promise<void> {
  const startedAt = performance.now()
  const say = (text: string) =>
    note(flags.json === true && !text.startsWith('{') ? JSON.stringify({ message: text }) : text)
  const ended = untilSignal()
  await using closing = new Closing(say)
  const running = await Promise.race([up(upOptions(flags, readConfig().dataDir), closing, say), ended])
  if (typeof running === 'object') {
    const { addresses, makeLink } = running
    say(
      `ready in ${((performance.now() - startedAt) / 1000).toFixed(1)} s; GraphQL at ${addresses.graphql}, keys in ${addresses.credentials}`,
    )
    say(`open the console (once, within five minutes): ${makeLink()}`)
    await print(`ready ${JSON.stringify(addresses)}\n`)
    say(`stopping (${await ended})`)
  }
  await closing[Symbol.asyncDispose]()
  process.exit(0)
}
