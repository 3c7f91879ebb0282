import { BrokenCircuitError, CircuitState, circuitBreaker, CountBreaker, handleAll } from 'cockatiel'
import { TransportError } from '../transport-error.js'
import type { Send, WireReply } from './send.js'

export interface BreakerOptions {
  readonly name: string
  /** Share of failed calls, in percent, from which the circuit opens. */
  readonly failurePercent: number
  /** Calls that the share is taken of: the last so many. */
  readonly windowCalls: number
  /** Calls that must have been made before it may open. */
  readonly minCalls: number
  /** How long it stays open before one call tries. */
  readonly openMs: number
}

export interface Breaker {
  readonly send: Send
  readonly isOpen: boolean
}

/**
 * Stops calling a subgraph that keeps failing (nothing answered, no answer in time, HTTP 5xx), so that it can recover
 * and nobody waits for it. While one call tries, the others are refused. A caller that left is no failure.
 * Source: Nygard, "Release It!", 2007.
 */
export function breakCircuit(next: Send, options: BreakerOptions): Breaker {
  const { name, failurePercent, windowCalls, minCalls, openMs } = options
  const circuit = circuitBreaker(handleAll, {
    halfOpenAfter: openMs,
    breaker: new CountBreaker({
      threshold: failurePercent / 100,
      size: windowCalls,
      minimumNumberOfCalls: minCalls,
    }),
  })
  const refused = () =>
    new TransportError(
      'SUBGRAPH_UNAVAILABLE',
      `Subgraph "${name}" failed too often; it is tried again within ${openMs} ms.`,
    )
  return {
    get isOpen() {
      return circuit.state !== CircuitState.Closed
    },
    async send(call) {
      if (circuit.state === CircuitState.HalfOpen) throw refused()
      let left: unknown
      try {
        const reply = await circuit.execute(async () => {
          try {
            return failing(await next(call))
          } catch (error) {
            if (!call.signal.aborted) throw error
            left = error
            return undefined
          }
        })
        if (reply !== undefined) return reply
      } catch (error) {
        if (error instanceof FailingStatus) return error.reply
        if (error instanceof BrokenCircuitError) throw refused()
        throw error
      }
      throw left
    },
  }
}

/** An answer that the circuit must count as a failure and the caller must see all the same. */
class FailingStatus extends Error {
  readonly reply: WireReply

  constructor(reply: WireReply) {
    super()
    this.reply = reply
  }
}

function failing(reply: WireReply): WireReply {
  if (reply.status >= 500) throw new FailingStatus(reply)
  return reply
}
