import type { ChildProcess } from 'node:child_process'

/** A child process as its keeper sees it. */
export interface Child extends AsyncDisposable {
  /** Resolves when it ended, whatever the reason. */
  readonly exited: Promise<unknown>
}

/** A started process, which disposal asks to end, and kills when it has not within `stopWithinMs`. */
export function childOf(started: ChildProcess, stopWithinMs: number): Child {
  const exited = new Promise<void>((resolve) => {
    // What could not be started never exits.
    started.once('exit', () => resolve()).once('error', () => resolve())
  })
  return {
    exited,
    async [Symbol.asyncDispose]() {
      started.stdin?.end()
      started.kill('SIGTERM')
      const timer = setTimeout(() => started.kill('SIGKILL'), stopWithinMs)
      await exited
      clearTimeout(timer)
    },
  }
}
