import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { findProgram } from '../find-program.js'
import type { RedisAddress } from '@lighthouse/chassis/redis'
import { type Child, childOf } from './child.js'
import { keepRunning } from './keep-running.js'
import type { Site } from './site.js'

/** The bytes that a path of a unix socket may have. Source: unix(7), sun_path. */
const MAX_SOCKET_PATH_BYTES = 107
const READY_WITHIN_MS = 5_000
const STOP_WITHIN_MS = 3_000
const MAX_MEMORY = '64mb'

/**
 * The Redis that REDIS_URL names, else a redis-server of our own on a unix socket: no TCP port, nothing kept on disk, at
 * most 64 MB, ending with this process. Undefined when the machine has none or it does not start; operations then go on
 * without the Redis tier.
 */
export async function startRedis(
  site: Pick<Site, 'config' | 'say' | 'closing' | 'dataDir'>,
): Promise<RedisAddress | undefined> {
  const { config, say, closing, dataDir } = site
  if (config.redisUrl !== undefined) return { url: config.redisUrl }
  const program = await findProgram('redis-server')
  if (program === undefined) {
    say('redis: not installed; going on without it (learned verdicts stay in this process)')
    return undefined
  }
  const { socketPath, folder } = await placeFor(dataDir)
  const start = () => startServer(program, dataDir, socketPath)
  try {
    const kept = keepRunning({ name: 'redis', first: await start(), start, say })
    closing.add('redis', {
      async [Symbol.asyncDispose]() {
        await kept[Symbol.asyncDispose]()
        await rm(folder ?? socketPath, { recursive: true, force: true })
      },
    })
    return { socketPath }
  } catch (error) {
    say(`redis: ${(error as Error).message}; going on without it`)
    return undefined
  }
}

async function placeFor(dataDir: string): Promise<{ socketPath: string; folder: string | undefined }> {
  const socketPath = join(dataDir, 'redis.sock')
  if (Buffer.byteLength(socketPath) <= MAX_SOCKET_PATH_BYTES) return { socketPath, folder: undefined }
  const folder = await mkdtemp(join(tmpdir(), 'lighthouse-redis-'))
  return { socketPath: join(folder, 'redis.sock'), folder }
}

async function startServer(program: string, dataDir: string, socketPath: string): Promise<Child> {
  await rm(socketPath, { force: true })
  const flags = [
    ...['--port', '0', '--unixsocket', socketPath, '--unixsocketperm', '700'],
    ...['--save', '', '--appendonly', 'no', '--daemonize', 'no', '--dir', dirname(socketPath)],
    ...['--maxmemory', MAX_MEMORY, '--maxmemory-policy', 'allkeys-lru', '--loglevel', 'warning'],
  ]
  const [command, ...args] = await endingWithParent(program, flags)
  // A group of its own: Ctrl-C in a terminal reaches us alone, and we stop it after those who need it.
  const server = spawn(command, args, { stdio: ['pipe', 'ignore', 'ignore'], cwd: dataDir, detached: true })
  server.stdin.on('error', () => undefined)
  server.once('exit', () => server.stdin.end())
  const child = childOf(server, STOP_WITHIN_MS)
  await answering(socketPath, server)
  return child
}

/**
 * redis-server knows nothing of its parent. The kernel can tell it (prctl PR_SET_PDEATHSIG, by util-linux's setpriv);
 * where that is not there, a shell holds our pipe and ends it when the pipe does.
 */
async function endingWithParent(program: string, flags: readonly string[]): Promise<[string, ...string[]]> {
  const setpriv = await findProgram('setpriv')
  if (setpriv !== undefined) return [setpriv, '--pdeathsig', 'TERM', program, ...flags]
  const watch =
    'exec 3<&0; "$@" </dev/null 3<&- & child=$!; trap \'kill $child\' TERM; ' +
    '(cat <&3 >/dev/null; kill $child 2>/dev/null) & wait $child'
  return ['/bin/sh', '-c', watch, 'redis-server', program, ...flags]
}

async function answering(socketPath: string, server: ChildProcess): Promise<void> {
  const deadline = performance.now() + READY_WITHIN_MS
  while (server.exitCode === null && server.signalCode === null) {
    if (await accepts(socketPath)) return
    if (performance.now() > deadline) break
    await sleep(15)
  }
  server.kill('SIGKILL')
  throw new Error('redis-server did not start')
}

async function accepts(socketPath: string): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect(socketPath)
      .once('connect', () => {
        socket.destroy()
        resolve(true)
      })
      .once('error', () => resolve(false))
  })
}
