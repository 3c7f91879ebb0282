import { TransportError } from '../transport-error.js'
import type { Send } from './send.js'

export interface BoundOptions {
  readonly name: string
  /** Calls that may be under way or wait for a connection; one more is refused with OVERLOADED. */
  readonly most: number
}

/** Bounds how many calls wait for one subgraph, so that a slow one does not fill the memory (a bulkhead). */
export function boundWaiting(next: Send, { name, most }: BoundOptions): Send {
  let underWay = 0
  const end = () => {
    underWay -= 1
  }
  return (call) => {
    if (underWay >= most) {
      const message = `${most} requests wait for subgraph "${name}"; try again later.`
      return Promise.reject(new TransportError('OVERLOADED', message))
    }
    underWay += 1
    const reply = next(call)
    reply.then(end, end)
    return reply
  }
}
