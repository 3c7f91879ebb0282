import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { LIGHTHOUSE } from './world.js'

export interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** Runs a program to its end with `stdin` as its input. */
export async function run(
  command: readonly [string, ...string[]],
  {
    stdin = '',
    env = process.env,
    cwd,
  }: { stdin?: string | Buffer; env?: NodeJS.ProcessEnv; cwd?: string } = {},
): Promise<Ran> {
  const [program, ...args] = command
  const child = spawn(program, args, { env, ...(cwd === undefined ? {} : { cwd }) })
  const code = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject).once('close', resolve)
  })
  child.stdin.on('error', () => {
    // The program ended without reading: its exit code tells.
  })
  child.stdin.end(stdin)
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { code: await code, stdout, stderr }
}

/** Runs `lighthouse …` as it is installed. */
export async function lighthouse(
  args: readonly string[],
  options: { stdin?: string | Buffer; env?: NodeJS.ProcessEnv; cwd?: string } = {},
): Promise<Ran> {
  return await run([process.execPath, LIGHTHOUSE, ...args], options)
}
