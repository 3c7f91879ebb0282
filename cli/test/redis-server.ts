import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A redis-server of one test: on a unix socket, in a folder of its own that goes with it. */
export class RedisServer implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'lighthouse-redis-'))
  readonly socketPath = join(this.folder, 'redis.sock')
  #process: ChildProcess | undefined

  /** Resolves when it accepts connections. */
  async start(): Promise<void> {
    const quiet = ['--port', '0', '--save', '', '--dir', this.folder]
    const child = spawn('redis-server', ['--unixsocket', this.socketPath, ...quiet])
    this.#process = child
    await new Promise<void>((resolve, reject) => {
      child.once('error', reject)
      child.once('exit', () => reject(new Error('redis-server ended.')))
      child.stdout.on('data', (chunk: Buffer) => {
        if (/ready to accept/i.test(String(chunk))) resolve()
      })
    })
  }

  /** Sends a signal that it outlives, such as SIGSTOP. */
  signal(signal: NodeJS.Signals): void {
    this.#process?.kill(signal)
  }

  /** Ends it at once, as a crash would; it may be started again. */
  async kill(): Promise<void> {
    const child = this.#process
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill()
    rmSync(this.folder, { recursive: true, force: true })
  }
}
