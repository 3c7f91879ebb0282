import { setTimeout as sleep } from 'node:timers/promises'
import type { Child } from './child.js'
import type { Say } from './closing.js'

export interface KeepOptions {
  readonly name: string
  /** The child that runs already. */
  readonly first: Child
  readonly start: () => Promise<Child>
  readonly say: Say
}

const FIRST_WAIT_MS = 250
const LAST_WAIT_MS = 10_000
/** A child that lived this long is not in a crash loop. */
const STEADY_MS = 60_000

/** Starts a child again whenever it ends: after 250 ms, doubling to 10 s while it keeps dying young. */
export function keepRunning({ name, first, start, say }: KeepOptions): AsyncDisposable {
  const stop = new AbortController()
  let child: Child | undefined = first

  async function keep(): Promise<void> {
    let waitMs = FIRST_WAIT_MS
    while (!stop.signal.aborted) {
      const startedAt = performance.now()
      await child?.exited
      child = undefined
      if (isStopped()) return
      if (performance.now() - startedAt > STEADY_MS) waitMs = FIRST_WAIT_MS
      say(`${name} ended; starting it again in ${waitMs} ms`)
      await sleep(waitMs, undefined, { signal: stop.signal }).catch(() => undefined)
      if (isStopped()) return
      waitMs = Math.min(LAST_WAIT_MS, waitMs * 2)
      child = await start().catch((error: unknown) => {
        say(`${name} did not start: ${(error as Error).message}`)
        return undefined
      })
      if (child !== undefined) say(`${name} runs again`)
    }
  }

  function isStopped(): boolean {
    return stop.signal.aborted
  }

  const keeping = keep()
  return {
    async [Symbol.asyncDispose]() {
      stop.abort()
      await child?.[Symbol.asyncDispose]()
      await keeping
      // One that was being started while we stopped.
      await child?.[Symbol.asyncDispose]()
    },
  }
}
