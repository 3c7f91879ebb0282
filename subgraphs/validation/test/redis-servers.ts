import { execFile, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Servers of one test in a directory of their own; disposal ends those and nothing else. */
export class RedisServers implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'guard-redis-'))
  readonly #started = new Set<ChildProcess>()

  /** Starts a server and waits until it accepts connections. `program` is redis-server or redis-sentinel's mode of it. */
  async start(port: number, flags: readonly string[]): Promise<ChildProcess> {
    const dir = join(this.folder, String(port))
    mkdirSync(dir, { recursive: true })
    const quiet = [
      '--save',
      '',
      '--appendonly',
      'no',
      '--dir',
      dir,
      '--bind',
      '127.0.0.1',
      '--protected-mode',
      'no',
    ]
    return await this.#spawn(['--port', String(port), ...quiet, ...flags])
  }

  async sentinel(port: number, config: string): Promise<ChildProcess> {
    const file = join(this.folder, `sentinel-${port}.conf`)
    writeFileSync(file, `port ${port}\nbind 127.0.0.1\nprotected-mode no\ndir ${this.folder}\n${config}\n`)
    return await this.#spawn([file, '--sentinel'])
  }

  async #spawn(args: readonly string[]): Promise<ChildProcess> {
    const child = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'inherit'] })
    this.#started.add(child)
    await new Promise<void>((resolve, reject) => {
      let said = ''
      child.once('error', reject)
      child.once('exit', () => reject(new Error(`redis-server ended: ${said}`)))
      child.stdout?.on('data', (chunk: Buffer) => {
        said += String(chunk)
        if (/ready to accept|Sentinel ID is/i.test(said)) resolve()
      })
    })
    return child
  }

  async kill(child: ChildProcess): Promise<void> {
    this.#started.delete(child)
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#started].map((child) => this.kill(child)))
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** Ports that are free now; with `bus`, where the one 10,000 above, a cluster's bus, is free too. */
export async function freePorts(count: number, bus = false): Promise<number[]> {
  const found = new Set<number>()
  while (found.size < count) {
    const port = 20_000 + Math.floor(Math.random() * 12_000)
    if ((await isFree(port)) && (!bus || (await isFree(port + 10_000)))) found.add(port)
  }
  return [...found]
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer()
  try {
    await once(server.listen(port, '127.0.0.1'), 'listening')
    return true
  } catch {
    return false
  } finally {
    server.close()
  }
}

export interface RedisCluster {
  readonly url: string
  readonly nodes: ReadonlyMap<number, ChildProcess>
}

/** Three masters with a replica each. A master that is gone is replaced after `timeoutMs` and an election. */
export async function startCluster(servers: RedisServers, timeoutMs: number): Promise<RedisCluster> {
  const ports = await freePorts(6, true)
  const flags = ['--cluster-enabled', 'yes', '--cluster-node-timeout', String(timeoutMs)]
  const started = await Promise.all(
    ports.map(async (port) => [port, await servers.start(port, flags)] as const),
  )
  const hosts = ports.map((port) => `127.0.0.1:${port}`)
  await run('redis-cli', ['--cluster', 'create', ...hosts, '--cluster-replicas', '1', '--cluster-yes'])
  for (const port of ports) {
    await until(port, ['cluster', 'info'], /cluster_state:ok/)
    await until(port, ['info', 'replication'], /role:master|master_link_status:up/)
  }
  return { url: `redis-cluster://${hosts.join(',')}`, nodes: new Map(started) }
}

/** Waits until a server answers a command as it should. */
export async function until(port: number, command: readonly string[], wanted: RegExp): Promise<void> {
  const ask = () => run('redis-cli', ['-p', String(port), ...command])
  while (!wanted.test((await ask()).stdout)) await new Promise((resolve) => setTimeout(resolve, 50))
}
