import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { build, install, ROOT } from './prepare.mjs'

const PARENT_CHECK_MS = 500

/**
 * Runs a command as if it were this process: same stdin, stdout and stderr, same signals, same exit code. This process
 * ends with it.
 */
export function foreground([file, ...args]) {
  const child = spawn(file, args, { cwd: ROOT, stdio: 'inherit' })
  // A terminal gives Ctrl-C to every process of the group; from anywhere else only this one hears it.
  process.on('SIGINT', () => {
    if (!process.stdin.isTTY) child.kill('SIGINT')
  })
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  endWithNpm(() => child.kill('SIGTERM'))
  child.on('error', (error) => {
    process.stderr.write(`${error.message}\n`)
    process.exit(127)
  })
  child.on('exit', (code, signal) => {
    process.exit(code ?? 128 + (constants.signals[signal] ?? 0))
  })
}

/** Calls `end` when the npm that started us is killed outright: it cannot tell us then, but our parent changes. */
function endWithNpm(end) {
  if (process.env.npm_lifecycle_event === undefined) return
  const npm = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === npm) return
    clearInterval(timer)
    end()
  }, PARENT_CHECK_MS)
  timer.unref()
}

/** Installs what is missing, builds what is stale, then runs `lighthouse <args>` in the foreground. */
export function lighthouse(args) {
  try {
    install()
    build()
  } catch (error) {
    process.stderr.write(`${error.message}\n`)
    process.exitCode = 1
    return
  }
  foreground([process.execPath, 'cli/bin/lighthouse.mjs', ...args])
}
