import { join, resolve } from 'node:path'
import { readConfig } from '@lighthouse/client/config'
import { checkOperations } from '@lighthouse/gateway/check-operations'
import { Command, Option } from 'commander'
import { CommandError } from '../command-error.js'
import { publish, type Published, type Target } from '../operations/publish.js'
import { readManifests } from '../operations/read-manifests.js'
import { print, printJson } from '../output.js'
import { readText } from '../read-file.js'
import { OPERATIONS_FILE } from '../up/trusted-documents.js'

interface PublishFlags {
  readonly dataDir?: string
  readonly file?: string
  readonly redis?: string
  readonly supergraph?: string
  readonly replace?: boolean
  readonly dryRun?: boolean
  readonly json?: boolean
}

export function operationsCommand(): Command {
  const target = 'which gateways read; one of --data-dir, --file and --redis'
  const publishing = new Command('publish')
    .description(
      'Publishes trusted documents: running gateways pick them up within seconds. Nothing is published when one of them is no GraphQL.',
    )
    .argument('<manifests...>', "Apollo's persisted-query-manifest.json, or JSON maps of ids to documents")
    .addOption(
      new Option('--data-dir <dir>', `the data directory of "lighthouse up", ${target}`).conflicts([
        'file',
        'redis',
      ]),
    )
    .addOption(
      new Option('--file <file>', `the manifest of "lighthouse gateway --operations", ${target}`).conflicts(
        'redis',
      ),
    )
    .option('--redis <url>', `the Redis of "lighthouse gateway --redis", ${target}`)
    .option('--supergraph <file>', 'also check every document against this supergraph SDL')
    .option('--replace', 'take away what was published before and is not in these manifests')
    .option('--dry-run', 'check only, publish nothing')
    .option('--json', 'print {"target","added","known","removed","total"} as JSON')
    .action(publishAll)
  return new Command('operations')
    .description('Manages the trusted documents that gateways know by an id. See "publish --help".')
    .addCommand(publishing)
}

async function publishAll(files: readonly string[], flags: PublishFlags): Promise<void> {
  const documents = await readManifests(files)
  const sdl = flags.supergraph === undefined ? undefined : await readText(flags.supergraph)
  const faults = checkOperations(documents, sdl)
  if (faults.length > 0) {
    throw new CommandError('GRAPHQL_VALIDATION_FAILED', `Nothing was published. ${faults.join(' ')}`)
  }
  if (flags.dryRun === true)
    return await tell({ target: 'nothing', added: 0, known: 0, removed: 0, total: documents.size }, flags)
  await tell(await publish(documents, targetOf(flags), { replace: flags.replace === true }), flags)
}

function targetOf({ dataDir, file, redis }: PublishFlags): Target {
  if (redis !== undefined) return { redis }
  if (file !== undefined) return { file: resolve(file) }
  return { file: join(dataDir === undefined ? readConfig().dataDir : resolve(dataDir), OPERATIONS_FILE) }
}

async function tell(published: Published, { json }: PublishFlags): Promise<void> {
  if (json === true) return await printJson(published)
  const { target, added, known, removed, total } = published
  await print(`${target}: ${added} new, ${known} known, ${removed} removed; ${total} documents in all\n`)
}
