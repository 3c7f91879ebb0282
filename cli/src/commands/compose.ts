import { rename, writeFile } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import { openOneShot } from '@lighthouse/client/one-shot'
import { breakingChanges } from '@lighthouse/gateway/breaking-changes'
import { checkOperations } from '@lighthouse/gateway/check-operations'
import { compose, type SubgraphSdl } from '@lighthouse/gateway/main'
import { Command } from 'commander'
import { CommandError } from '../command-error.js'
import { readManifests } from '../operations/read-manifests.js'
import { note, print, printJson } from '../output.js'
import { readText } from '../read-file.js'

interface ComposeOptions {
  readonly subgraph: readonly string[]
  readonly against?: string
  readonly allowBreaking?: boolean
  readonly operations: readonly string[]
  readonly out?: string
  readonly json?: boolean
}

const WITHIN_MS = 10_000

export function composeCommand(): Command {
  return new Command('compose')
    .description('Composes subgraphs (Federation 1 or 2) into a supergraph, on stdout or into a file.')
    .argument(
      '[sources...]',
      'SDL files or URLs of running subgraphs, as NAME=SOURCE; a file alone is named after itself',
    )
    .option(
      '--subgraph <name=source>',
      'the same; may be repeated. FILE,URL says where the subgraph answers',
      collect,
      [],
    )
    .option('--against <supergraph>', 'refuse what breaks clients of this supergraph, and write nothing')
    .option('--allow-breaking', 'with --against: only say what breaks them')
    .option(
      '--operations <manifest>',
      'refuse what makes a document of this manifest invalid; may be repeated',
      collect,
      [],
    )
    .option('--out <file>', 'write the supergraph here instead of to stdout')
    .option('--json', 'print {"supergraphSdl","subgraphs"}, and errors, as JSON')
    .action(composeAll)
}

async function composeAll(sources: readonly string[], options: ComposeOptions): Promise<void> {
  const named = [...sources, ...options.subgraph]
  if (named.length === 0)
    throw new CommandError('BAD_USAGE', 'Name at least one subgraph: lighthouse compose NAME=FILE-OR-URL …')
  const subgraphs = await Promise.all(named.map(readSubgraph))
  const supergraphSdl = composed(subgraphs)
  await checkOperationsOf(options, supergraphSdl)
  await checkChanges(options, supergraphSdl)
  if (options.out !== undefined) {
    await writeFile(`${options.out}.part`, supergraphSdl)
    await rename(`${options.out}.part`, options.out)
    note(`wrote ${options.out}`)
  }
  const names = subgraphs.map(({ name }) => name)
  if (options.json === true) await printJson({ supergraphSdl, subgraphs: names })
  else if (options.out === undefined)
    await print(supergraphSdl.endsWith('\n') ? supergraphSdl : `${supergraphSdl}\n`)
}

function composed(subgraphs: readonly SubgraphSdl[]): string {
  try {
    return compose(subgraphs)
  } catch (error) {
    throw new CommandError('COMPOSITION_FAILED', (error as Error).message)
  }
}

async function checkOperationsOf({ operations }: ComposeOptions, supergraphSdl: string): Promise<void> {
  if (operations.length === 0) return
  const faults = checkOperations(await readManifests(operations), supergraphSdl)
  if (faults.length > 0)
    throw new CommandError('GRAPHQL_VALIDATION_FAILED', `Nothing was written. ${faults.join(' ')}`)
}

async function checkChanges(options: ComposeOptions, supergraphSdl: string): Promise<void> {
  const { against, allowBreaking } = options
  if (against === undefined) return
  const before = await readText(against)
  const changes = changesOf(before, supergraphSdl, against)
  if (allowBreaking === true) for (const change of changes) note(`breaks clients: ${change}`)
  else if (changes.length > 0)
    throw new CommandError(
      'BREAKING_CHANGE',
      `Nothing was written: clients of ${against} would break. ${changes.join(' ')} (--allow-breaking writes it all the same.)`,
    )
}

function changesOf(before: string, after: string, file: string): readonly string[] {
  try {
    return breakingChanges(before, after)
  } catch (error) {
    throw new CommandError('BAD_USAGE', `${file} is no supergraph: ${(error as Error).message}`)
  }
}

async function readSubgraph(text: string): Promise<SubgraphSdl> {
  const named = /^([A-Za-z][\w-]*)=(.+)$/.exec(text)
  const source = named?.[2] ?? text
  if (/^https?:\/\//.test(source)) {
    if (named?.[1] === undefined) throw new CommandError('BAD_USAGE', `Give ${source} a name: NAME=${source}`)
    return { name: named[1], sdl: await askSdl(source), url: source }
  }
  const [file = '', url] = source.split(/,(?=https?:)/)
  const name = named?.[1] ?? basename(file, extname(file))
  return { name, sdl: await readText(file), url }
}

/** The SDL that a running subgraph tells of itself. Source: Apollo Federation subgraph specification, `_service`. */
async function askSdl(url: string): Promise<string> {
  await using transport = openOneShot({ url, key: undefined, deadlineMs: WITHIN_MS })
  const { data, errors } = await transport.send({ query: '{ _service { sdl } }' })
  const sdl = (data as { _service?: { sdl?: unknown } } | null | undefined)?._service?.sdl
  if (typeof sdl === 'string') return sdl
  throw new CommandError(
    'BAD_ANSWER',
    `${url} does not tell its SDL: ${errors[0]?.message ?? 'no _service.sdl'}.`,
  )
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value]
}
