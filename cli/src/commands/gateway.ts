import { readFile } from 'node:fs/promises'
import { createLog } from '@lighthouse/chassis/log'
import { readConfig, readFileConfig } from '@lighthouse/gateway/config'
import { type Gateway, startStandaloneGateway } from '@lighthouse/gateway/main'
import { LIMIT_NAMES, LIMITS, limitFlag, type Limits } from '@lighthouse/gateway/limits'
import { Command } from 'commander'
import { CommandError } from '../command-error.js'
import { print, printJson } from '../output.js'
import { portFlag, wholeFlag } from '../ports.js'
import { startError } from '../start-error.js'
import { untilSignal } from '../until-signal.js'

interface GatewayFlags extends Partial<Limits> {
  readonly supergraph: string
  readonly config?: string
  readonly port: number
  readonly host: string
  readonly json?: boolean
  readonly maxBodyBytes?: number
}

export function gatewayCommand(): Command {
  const command = new Command('gateway')
    .description(
      'Serves POST /graphql (and graphql-transport-ws) for any Federation supergraph, until Ctrl-C.',
    )
    .requiredOption('--supergraph <file>', 'the supergraph SDL; its subgraphs are called where it says')
    .option(
      '--config <file>',
      'YAML or JSON with timeouts, retries, headers and more (docs/reference/config.md)',
    )
    .option('--port <port>', '0 takes any free one', portFlag, 4000)
    .option('--host <host>', 'the address to listen on', '127.0.0.1')
    .option('--json', 'print the addresses as JSON')
    .option('--max-body-bytes <n>', 'Bytes of a request. (default: 65536)', wholeFlag)
  for (const name of LIMIT_NAMES) {
    const { meaning, otherwise } = LIMITS[name]
    command.option(`${limitFlag(name)} <n>`, `${meaning} (default: ${otherwise})`, wholeFlag)
  }
  return command.action(serve)
}

/** The limits that flags set. */
function flaggedLimits(flags: GatewayFlags): Partial<Limits> {
  return Object.fromEntries(
    LIMIT_NAMES.map((name) => [name, flags[name]] as const).filter(([, value]) => value !== undefined),
  )
}

async function serve(flags: GatewayFlags): Promise<void> {
  const { supergraph, config, port, host, json } = flags
  const supergraphSdl = await readFile(supergraph, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new CommandError('BAD_USAGE', `${supergraph} cannot be read (${error.code}).`)
  })
  const file = await readFileConfig(config).catch((error: Error) => {
    throw new CommandError('BAD_USAGE', error.message)
  })
  const log = createLog({ name: 'gateway' })
  const settings = readConfig()
  const gateway = await startStandaloneGateway({
    ...settings,
    ...file,
    maxBodyBytes: flags.maxBodyBytes ?? settings.maxBodyBytes,
    limits: { ...file.limits, ...settings.limits, ...flaggedLimits(flags) },
    supergraphSdl,
    host,
    port,
    log: (message, details) => log.warn(message, details),
  }).catch((error: unknown) => {
    throw startError(error, port)
  })
  const ended = untilSignal()
  await tell(gateway, json === true)
  await ended
  await gateway.close()
  process.exit(0)
}

async function tell(gateway: Gateway, asJson: boolean): Promise<void> {
  const { url, wsUrl, origin } = gateway
  if (asJson) await printJson({ graphql: url, ws: wsUrl, metrics: `${origin}/metrics` })
  else await print(`ready ${url}\n`)
}
