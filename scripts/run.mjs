import { spawn } from 'node:child_process'

/** Most output that is kept of one command; the beginning is dropped beyond it, as the end says what went wrong. */
const MAX_OUTPUT_CHARS = 4 * 1024 * 1024

/**
 * Runs a command to its end and answers its exit code, output (stdout and stderr as they came) and time. Never rejects:
 * a command that cannot be started answers code 127 and says so. After limitMs it is ended with all it started, and
 * answers 124. `onOutput` sees each piece as it comes. It runs in a process group of its own and is ended with us.
 *
 * @param {readonly string[]} command
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, limitMs?: number, onOutput?: (text: string) => void }} [options]
 * @returns {Promise<{ code: number, output: string, ms: number }>}
 */
export function run(command, { cwd, env = process.env, limitMs, onOutput } = {}) {
  const [file, ...args] = command
  const started = performance.now()
  return new Promise((resolve) => {
    let output = ''
    let isLate = false
    const take = (chunk) => {
      const text = chunk.toString()
      onOutput?.(text)
      output = (output + text).slice(-MAX_OUTPUT_CHARS)
    }
    const child = spawn(file, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true })
    const endAll = (signal) => {
      try {
        if (child.pid !== undefined) process.kill(-child.pid, signal)
      } catch {
        // The group is gone already.
      }
    }
    const onSignal = (signal) => {
      endAll('SIGKILL')
      process.exit(signal === 'SIGINT' ? 130 : 143)
    }
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, onSignal)
    const timer = setTimeout(() => {
      isLate = true
      take(`\n${file} took longer than ${limitMs} ms and was ended\n`)
      endAll('SIGKILL')
    }, limitMs ?? 0x7fffffff)
    const done = (code) => {
      clearTimeout(timer)
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.off(signal, onSignal)
      resolve({ code, output, ms: Math.round(performance.now() - started) })
    }
    child.stdout.setEncoding('utf8').on('data', take)
    child.stderr.setEncoding('utf8').on('data', take)
    child.on('error', (error) => {
      take(`${file} could not be started: ${error.message}\n`)
      done(127)
    })
    child.on('close', (code, signal) => {
      if (signal !== null && !isLate) take(`${file} was ended by ${signal}\n`)
      done(isLate ? 124 : (code ?? 1))
    })
  })
}
