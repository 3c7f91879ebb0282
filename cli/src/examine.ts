import { execFile } from 'node:child_process'
import { access, constants, stat, statfs } from 'node:fs/promises'
import { createServer } from 'node:net'
import { createRequire } from 'node:module'
import { freemem, totalmem } from 'node:os'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import { readConfig } from '@lighthouse/client/config'
import { findProgram } from './find-program.js'

export interface Finding {
  readonly name: string
  /** degraded: the product runs without it, with less. missing: it cannot start. */
  readonly state: 'ok' | 'degraded' | 'missing'
  readonly detail: string
}

export interface ExamineOptions {
  readonly port: number
  readonly dataDir?: string | undefined
}

const MIN_NODE = [20, 19] as const
const ENOUGH_MEMORY_BYTES = 1_000_000_000
const ENOUGH_DISK_BYTES = 1_000_000_000

/** Looks at what the product stands on; changes nothing. */
export async function examine({ port, dataDir }: ExamineOptions): Promise<readonly Finding[]> {
  const directory = dataDir ?? readConfig().dataDir
  return [
    nodeVersion(),
    await freePort(port),
    await fuseDevice(),
    await program('fusermount', '"lighthouse mount" cannot unmount cleanly; install fuse'),
    await program('redis-server', 'caches are not kept between processes; install redis-server'),
    analyticsEngine(),
    memory(),
    await disk(directory),
  ]
}

function nodeVersion(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  const enough = major > MIN_NODE[0] || (major === MIN_NODE[0] && minor >= MIN_NODE[1])
  const detail = enough
    ? process.versions.node
    : `${process.versions.node}: Node ${MIN_NODE.join('.')} or newer is needed`
  return { name: 'node', state: enough ? 'ok' : 'missing', detail }
}

async function freePort(port: number): Promise<Finding> {
  const free = await new Promise<boolean>((resolve) => {
    const probe = createServer()
      .once('error', () => resolve(false))
      .listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })
  if (free) return { name: 'port', state: 'ok', detail: `${port} is free` }
  return { name: 'port', state: 'missing', detail: `${port} is taken; pass --port N, or --port 0 for any` }
}

async function fuseDevice(): Promise<Finding> {
  try {
    await access('/dev/fuse', constants.R_OK | constants.W_OK)
    return { name: '/dev/fuse', state: 'ok', detail: 'can be opened' }
  } catch (error) {
    const why =
      (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'is not there' : 'may not be opened by this user'
    return { name: '/dev/fuse', state: 'degraded', detail: `${why}: no "lighthouse mount"` }
  }
}

async function program(name: string, without: string): Promise<Finding> {
  const path = await findProgram(name)
  if (path === undefined) return { name, state: 'degraded', detail: `not in PATH: ${without}` }
  const version = await promisify(execFile)(path, ['--version'])
    .then(({ stdout }) => stdout.split('\n')[0] ?? '')
    .catch(() => '')
  return { name, state: 'ok', detail: `${path} ${version}`.trim() }
}

function analyticsEngine(): Finding {
  try {
    createRequire(import.meta.url).resolve('chdb')
    return { name: 'chdb', state: 'ok', detail: 'embedded ClickHouse is installed' }
  } catch {
    const detail = 'not installed: metrics are not kept unless CLICKHOUSE_URL names a ClickHouse'
    return { name: 'chdb', state: 'degraded', detail }
  }
}

function memory(): Finding {
  const free = freemem()
  const detail = `${inGb(free)} GB free of ${inGb(totalmem())} GB`
  if (free >= ENOUGH_MEMORY_BYTES) return { name: 'memory', state: 'ok', detail }
  return {
    name: 'memory',
    state: 'degraded',
    detail: `${detail}; 1 GB is wanted: expect swapping under load`,
  }
}

async function disk(directory: string): Promise<Finding> {
  const there = await nearest(directory)
  try {
    await access(there, constants.W_OK)
    if (!(await stat(there)).isDirectory()) throw new Error(`${there} is a file`)
    const { bavail, bsize } = await statfs(there)
    const free = bavail * bsize
    const detail = `${inGb(free)} GB free at ${directory}`
    return { name: 'disk', state: free >= ENOUGH_DISK_BYTES ? 'ok' : 'degraded', detail }
  } catch (error) {
    const { message } = error as Error
    return {
      name: 'disk',
      state: 'missing',
      detail: `${directory} cannot be written: ${message}; pass --data-dir`,
    }
  }
}

/** The directory itself, or the nearest above it that is there. */
async function nearest(directory: string): Promise<string> {
  const isThere = await access(directory).then(
    () => true,
    () => false,
  )
  return isThere || dirname(directory) === directory ? directory : await nearest(dirname(directory))
}

function inGb(bytes: number): string {
  return (bytes / 1e9).toFixed(1)
}
