import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const DAEMON = fileURLToPath(new URL('./daemon.ts', import.meta.url))

export interface TestMount extends AsyncDisposable {
  readonly at: string
  readonly daemon: ChildProcess
  kill(): Promise<void>
  remount(): Promise<void>
}

/** A real mount by a real daemon process in a temporary directory. */
export async function mounted(graph: { readonly url: string; readonly wsUrl: string }): Promise<TestMount> {
  const at = await mkdtemp(join(tmpdir(), 'lighthouse-mount-'))
  let daemon = await startDaemon(at, graph)
  return {
    at,
    get daemon() {
      return daemon
    },
    async kill() {
      daemon.kill('SIGKILL')
      await once(daemon, 'exit')
    },
    async remount() {
      daemon = await startDaemon(at, graph)
    },
    async [Symbol.asyncDispose]() {
      if (daemon.exitCode === null && daemon.signalCode === null) {
        daemon.kill('SIGTERM')
        await once(daemon, 'exit')
      }
      await new Promise((resolve) => execFile('fusermount', ['-uz', at], resolve))
      await rm(at, { recursive: true, force: true })
    },
  }
}

async function startDaemon(
  at: string,
  graph: { readonly url: string; readonly wsUrl: string },
): Promise<ChildProcess> {
  const args = ['--conditions=source', '--import', 'tsx', DAEMON, at, graph.url, graph.wsUrl]
  const daemon = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(daemon, 'exit').then(([code]) => {
    throw new Error(`the daemon ended with ${code}`)
  })
  ended.catch(() => undefined)
  if (daemon.stdout === null) throw new Error('the daemon has no stdout')
  await Promise.race([once(daemon.stdout, 'data'), ended])
  return daemon
}

export interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a script with an interpreter; `$1` (or argv[1]) is the mount. */
export async function script(interpreter: readonly string[], text: string, at: string): Promise<Ran> {
  const [program = '', ...args] = interpreter
  return await new Promise((resolve) => {
    const name = program === 'bash' || program === 'dash' ? ['script'] : []
    execFile(program, [...args, text, ...name, at], { timeout: 20_000 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : null
      resolve({ code, stdout, stderr })
    })
  })
}

export const bash = (text: string, at: string) => script(['bash', '-c'], text, at)
export const dash = (text: string, at: string) => script(['dash', '-c'], text, at)
export const python = (text: string, at: string) => script(['python3', '-c'], text, at)
export const node = (text: string, at: string) => script(['node', '-e'], text, at)
