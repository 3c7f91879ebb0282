import { randomBytes } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'

/** Only its owner may read what is kept here. */
const OWNER_ONLY = 0o600

/**
 * Writes a JSON file so that after a crash it is either the old or the new one: a temporary file beside it, synced, then
 * renamed over it, then the folder synced. Mode 0600 from the first byte.
 */
export function keep(path: string, value: unknown): void {
  renameSync(writeBeside(path, value), path)
  syncFolder(path)
}

/** The same, unless the file is there already: false then, and it is left as it is. For what two processes may begin. */
export function keepFirst(path: string, value: unknown): boolean {
  const beside = writeBeside(path, value)
  try {
    linkSync(beside, path)
    syncFolder(path)
    return true
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown
    return false
  } finally {
    unlinkSync(beside)
  }
}

function writeBeside(path: string, value: unknown): string {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const beside = `${path}.${randomBytes(6).toString('hex')}`
  const file = openSync(beside, 'wx', OWNER_ONLY)
  try {
    writeSync(file, `${JSON.stringify(value, null, 2)}\n`)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  return beside
}

function syncFolder(path: string): void {
  const folder = openSync(dirname(path), 'r')
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

/** What {@link keep} wrote; undefined when there is no such file. Throws, naming the file, when it is not JSON. */
export function kept(path: string): unknown {
  if (!existsSync(path)) return undefined
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    throw new Error(`${path} is damaged: it is not JSON. Restore it from a backup.`, { cause })
  }
}
