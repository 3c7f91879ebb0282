import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ClientError } from './client-error.js'

/** What a running instance says about itself in `<dataDir>/instance.json`. */
export interface Instance {
  readonly pid: number
  /** Start of the process in clock ticks since boot where /proc knows it, so that a reused pid is not taken for it. */
  readonly startTicks: number | undefined
  readonly version: string
  readonly startedAt: string
  readonly graphql: string
  readonly ws: string
  readonly console: string | null
  readonly clickhouse: string | null
  readonly metrics: string
  readonly credentials: string
}

/** What the first start wrote to `<dataDir>/credentials.json`. */
export interface Credentials {
  readonly adminKey: string
  readonly agentKey: string
  readonly clickhouse: { readonly user: string; readonly password: string }
}

/** The instance that runs from a data directory; undefined when none runs (a left-over file of a dead one included). */
export async function readInstance(dataDir: string): Promise<Instance | undefined> {
  const text = await readIfThere(join(dataDir, 'instance.json'))
  if (text === undefined) return undefined
  const found = parse<Instance>(text, join(dataDir, 'instance.json'))
  return (await isRunning(found.pid, found.startTicks)) ? found : undefined
}

/** The credentials in a file; undefined when it is not there. Throws BAD_CONFIGURATION when it may not be read or is broken. */
export async function readCredentials(file: string): Promise<Credentials | undefined> {
  const text = await readIfThere(file)
  return text === undefined ? undefined : parse<Credentials>(text, file)
}

/** When a process started, in clock ticks since boot; undefined where /proc does not say. Source: proc(5), field 22. */
export async function startTicksOf(pid: number): Promise<number | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    const afterName = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    const ticks = Number(afterName[19])
    return Number.isFinite(ticks) ? ticks : undefined
  } catch {
    return undefined
  }
}

/** Whether the process that had this pid when it started at `startTicks` still runs. */
export async function isRunning(pid: number, startTicks: number | undefined): Promise<boolean> {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  const now = await startTicksOf(pid)
  return startTicks === undefined || now === undefined || now === startTicks
}

async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw new ClientError(
      'BAD_CONFIGURATION',
      `${file} cannot be read (${code}); run as the user who started it.`,
      {
        cause,
      },
    )
  }
}

function parse<T>(text: string, file: string): T {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null) return value as T
  } catch {
    // Said below, with the file's name.
  }
  throw new ClientError(
    'BAD_CONFIGURATION',
    `${file} is not a JSON object; stop the instance and start it again.`,
  )
}
