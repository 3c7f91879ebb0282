import { randomUUID } from 'node:crypto'
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isRunning, readInstance, startTicksOf } from '@lighthouse/client/instance'
import { CommandError } from '../command-error.js'

/**
 * Takes a data directory for this process until it is disposed, so that no two write the same files. Rejects with
 * ALREADY_RUNNING when another process has it; what a dead one left is taken over.
 */
export async function claimDataDir(dataDir: string): Promise<AsyncDisposable> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    throw new CommandError('BAD_USAGE', `${dataDir} cannot be made (${error.code}); pass --data-dir DIR.`)
  })
  const file = join(dataDir, 'up.lock')
  const aside = `${file}.${randomUUID()}`
  const mine = JSON.stringify({ pid: process.pid, startTicks: await startTicksOf(process.pid) })
  try {
    await writeFile(aside, mine, { mode: 0o600 })
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      // A link appears with its whole content or not at all, and fails when the name is taken.
      if (await linked(aside, file)) return { [Symbol.asyncDispose]: async () => rm(file, { force: true }) }
      await refuseLiving(file, dataDir)
    }
  } catch (error) {
    if (error instanceof CommandError) throw error
    const { code } = error as NodeJS.ErrnoException
    throw new CommandError('BAD_USAGE', `${dataDir} cannot be written (${code}); pass --data-dir DIR.`)
  } finally {
    await rm(aside, { force: true })
  }
  throw new CommandError('ALREADY_RUNNING', `Others start from ${dataDir} at this moment; try again.`)
}

/** How often a lock that a dead process left is taken away: others may be doing the same. */
const ATTEMPTS = 5

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

/** Takes the lock of a dead process away; rejects when its holder runs. */
async function refuseLiving(file: string, dataDir: string): Promise<void> {
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text === undefined) return
  const holder = holderOf(text)
  if (holder !== undefined && (await isRunning(holder.pid, holder.startTicks))) {
    const instance = await readInstance(dataDir).catch(() => undefined)
    const where = instance === undefined ? '' : ` at ${instance.graphql}`
    throw new CommandError(
      'ALREADY_RUNNING',
      `Lighthouse runs from ${dataDir} already${where} (process ${holder.pid}); stop it, or pass --data-dir DIR for another.`,
    )
  }
  const taken = `${file}.${randomUUID()}`
  const moved = await rename(file, taken).then(
    () => true,
    () => false,
  )
  if (!moved) return
  // Somebody else took the dead one's away first and this is theirs: it goes back.
  if ((await readFile(taken, 'utf8')) !== text) await linked(taken, file)
  await rm(taken, { force: true })
}

function holderOf(text: string): { pid: number; startTicks: number | undefined } | undefined {
  try {
    const value = JSON.parse(text) as { pid?: unknown; startTicks?: unknown }
    if (typeof value.pid !== 'number') return undefined
    return { pid: value.pid, startTicks: typeof value.startTicks === 'number' ? value.startTicks : undefined }
  } catch {
    return undefined
  }
}
