import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface RedisServer extends AsyncDisposable {
  readonly socketPath: string
}

/** Starts a redis-server of one test: on a unix socket, in a folder of its own that goes with it. */
export async function startRedis(): Promise<RedisServer> {
  const folder = mkdtempSync(join(tmpdir(), 'policy-redis-'))
  const socketPath = join(folder, 'redis.sock')
  const flags = ['--port', '0', '--unixsocket', socketPath, '--save', '', '--dir', folder]
  const server = spawn('redis-server', flags)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.once('exit', () => reject(new Error('redis-server ended.')))
    server.stdout.on('data', (chunk: Buffer) => {
      if (/ready to accept/i.test(String(chunk))) resolve()
    })
  })
  return {
    socketPath,
    async [Symbol.asyncDispose]() {
      server.kill('SIGKILL')
      await once(server, 'exit')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
