import { copyFile, mkdir, readFile, realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ClientError } from '../../client-error.js'
import type { HookClientName } from '../clients.js'
import { editHooks, UnreadableSettings } from './edit.js'
import { HOOK_SETTINGS, type HookScope, type HookSettings, type Json } from './settings.js'

export interface InstallOptions {
  readonly client: HookClientName
  readonly scope: HookScope
  /** The project for the scopes `project` and `local`. */
  readonly directory: string
  /** The element to put in; undefined takes ours out. */
  readonly entry: Json | undefined
  readonly home?: string
}

export interface Installed {
  readonly file: string
  readonly changed: boolean
  /** A copy of the file as it was, when it was there and was changed. */
  readonly backup: string | undefined
}

/**
 * Puts our hook into an agent's settings, or takes it out. Everything else in the file stays; doing it again changes
 * nothing. Rejects with BAD_CONFIGURATION, the file untouched, when it cannot be read as settings.
 */
export async function installHook({
  client,
  scope,
  directory,
  entry,
  home,
}: InstallOptions): Promise<Installed> {
  const settings: HookSettings = HOOK_SETTINGS[client]
  const named = settings.file(scope, directory, home)
  if (named === undefined)
    throw new ClientError(
      'BAD_CONFIGURATION',
      `${client} has no settings of scope "${scope}"; take project or user.`,
    )
  // Settings are often links into somebody's dotfiles: the file behind them is the one to write.
  const file = await realpath(named).catch(() => named)
  const before = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw unusable(file, error.message)
  })
  const now = parse(before, file)
  const next = edit(now, settings, entry, file)
  if (JSON.stringify(next) === JSON.stringify(now)) return { file, changed: false, backup: undefined }
  const backup = before === undefined ? undefined : `${file}.before-lighthouse`
  if (backup !== undefined) await copyFile(file, backup)
  if (entry === undefined && isEmpty(next, settings)) await rm(file)
  else await write(file, `${JSON.stringify(next, null, indentOf(before))}\n`)
  return { file, changed: true, backup }
}

function edit(now: Json, settings: HookSettings, entry: Json | undefined, file: string): Json {
  try {
    const edited = editHooks(now, settings.event, entry)
    return entry === undefined ? edited : { ...settings.header, ...edited }
  } catch (error) {
    if (error instanceof UnreadableSettings) throw unusable(file, error.message)
    throw error
  }
}

function parse(text: string | undefined, file: string): Json {
  if (text === undefined || text.trim() === '') return {}
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json
  } catch {
    // Said below; a file with comments is not ours to rewrite, they would be lost.
  }
  throw unusable(file, 'it is not one JSON object without comments')
}

function unusable(file: string, why: string): ClientError {
  return new ClientError(
    'BAD_CONFIGURATION',
    `${file} cannot be edited: ${why}. Nothing was changed; "--print" shows what to add by hand.`,
  )
}

function isEmpty(value: Json, { header = {} }: HookSettings): boolean {
  return Object.keys(value).every((key) => Object.hasOwn(header, key))
}

/** The file's own indentation. */
function indentOf(text: string | undefined): string {
  return /\n([ \t]+)"/.exec(text ?? '')?.[1] ?? '  '
}

/** All at once: an agent that reads meanwhile sees the old settings or the new. */
async function write(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
  const mode = await stat(file).then(
    (found) => found.mode & 0o777,
    () => 0o644,
  )
  const part = `${file}.${process.pid}.part`
  await writeFile(part, text, { mode })
  await rename(part, file)
}
