import { coded } from './errors.js'

interface Waited {
  readonly signal: AbortSignal
  readonly requestId: string
}

/**
 * Runs a step until the request's signal aborts, and rejects with DEADLINE_EXCEEDED then: a resolver that hangs must
 * not hold its caller. What the step does after that is not waited for.
 */
export async function untilAborted<T>(request: Waited, step: () => T | Promise<T>): Promise<T> {
  const { signal } = request
  if (signal.aborted) throw late(request)
  const running = step()
  if (!(running instanceof Promise)) return running
  let give: (() => void) | undefined
  const aborted = new Promise<never>((_resolve, reject) => {
    give = () => reject(late(request))
    signal.addEventListener('abort', give, { once: true })
  })
  try {
    return await Promise.race([running, aborted])
  } finally {
    if (give !== undefined) signal.removeEventListener('abort', give)
  }
}

function late({ requestId }: Waited) {
  return coded('DEADLINE_EXCEEDED', `Request ${requestId} was given up by its caller or ran out of time.`)
}
