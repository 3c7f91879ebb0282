import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { HookClientName } from '@lighthouse/client/hook/clients'
import { installHook } from '@lighthouse/client/hook/install/install'
import { type Probed, probeCommand, probeUrl } from '@lighthouse/client/hook/install/probe'
import {
  HOOK_SCOPES,
  HOOK_SETTINGS,
  type HookScope,
  httpEntry,
} from '@lighthouse/client/hook/install/settings'
import { Command, Option } from 'commander'
import { CommandError } from '../command-error.js'
import { print, printJson } from '../output.js'
import { reach } from '../reach.js'
import { forOption } from './for-option.js'

interface InstallFlags {
  readonly for: HookClientName
  readonly scope: HookScope
  readonly dir: string
  readonly dataDir?: string
  readonly http?: boolean
  readonly uninstall?: boolean
  readonly print?: boolean
  readonly probe: boolean
  readonly json?: boolean
}

export function installCommand(): Command {
  return new Command('install')
    .description(
      "Puts the hook into a coding agent's settings, keeping what is there, and tries that it denies. Can be repeated.",
    )
    .addOption(forOption('the agent').default('claude-code'))
    .addOption(
      new Option('--scope <scope>', 'this project, this user, or this project for you alone')
        .choices(HOOK_SCOPES)
        .default('project'),
    )
    .option('--dir <dir>', 'the project (default: here)', '.')
    .option('--data-dir <dir>', 'the instance to ask, when it is not the usual one')
    .option('--http', 'as an HTTP endpoint; claude-code only, with the key in LIGHTHOUSE_KEY')
    .option('--uninstall', 'take the hook out again')
    .option('--print', 'print what would be added, change nothing')
    .option('--no-probe', 'do not try it')
    .option('--json', 'print the outcome as JSON')
    .action(install)
}

async function install(flags: InstallFlags): Promise<void> {
  const way = await wayOf(flags)
  if (flags.print === true) return await printJson(way.entry)
  const { for: client, scope, uninstall = false } = flags
  const entry = uninstall ? undefined : way.entry
  const installed = await installHook({ client, scope, directory: resolve(flags.dir), entry })
  const probed = uninstall || !flags.probe ? undefined : await way.probe()
  const { file, changed, backup } = installed
  if (flags.json === true)
    await printJson({ client, file, changed, backup: backup ?? null, probe: probed ?? null })
  else await print(linesFor(installed, uninstall, probed))
  if (probed?.denied === false)
    throw new CommandError(
      'HOOK_NOT_EFFECTIVE',
      `The hook in ${file} did not deny a dangerous command: ${probed.reason}`,
    )
}

function linesFor(
  { file, changed, backup }: { file: string; changed: boolean; backup: string | undefined },
  uninstall: boolean,
  probed: Probed | undefined,
): string {
  const what = uninstall ? 'is taken out of' : 'stands in'
  const lines = [`The hook ${what} ${file}${changed ? '' : ' already; nothing was changed'}.`]
  if (backup !== undefined) lines.push(`As it was: ${backup}`)
  if (probed?.denied === true && probed.by === 'decision') lines.push(`Tried: denied, "${probed.reason}"`)
  if (probed?.denied === true && probed.by === 'failure')
    lines.push(`Tried: denied, as nobody could be asked (${probed.reason}). Start one with "lighthouse up".`)
  return `${lines.join('\n')}\n`
}

interface Way {
  readonly entry: Record<string, unknown>
  readonly probe: () => Promise<Probed>
}

async function wayOf({ for: client, http, dataDir }: InstallFlags): Promise<Way> {
  if (http !== true) {
    const command = commandFor(client, dataDir)
    return { entry: HOOK_SETTINGS[client].entry(command), probe: () => probeCommand(client, command) }
  }
  if (client !== 'claude-code')
    throw new CommandError('BAD_USAGE', `${client} has no hooks over HTTP; leave --http away.`)
  const { url, key = '' } = await reach({ ...(dataDir !== undefined && { dataDir }) })
  const address = new URL(`/v1/hook/${client}`, url).href
  return { entry: httpEntry(address), probe: () => probeUrl(client, address, key) }
}

/**
 * The whole path of node and of this program: a command that is not found would end with 127, and agents go on after
 * any code but 2. For the same reason whatever else it ends with becomes 2.
 */
function commandFor(client: HookClientName, dataDir: string | undefined): string {
  const program = fileURLToPath(new URL('../../bin/lighthouse.mjs', import.meta.url))
  const words = [process.execPath, program, 'hook', '--for', client]
  if (dataDir !== undefined) words.push('--data-dir', resolve(dataDir))
  return `${words.map(quoted).join(' ')} || exit 2`
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
