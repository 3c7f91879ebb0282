import { setMaxListeners } from 'node:events'
import {
  BrokenCircuitError,
  CircuitState,
  ConsecutiveBreaker,
  TimeoutStrategy,
  circuitBreaker,
  handleAll,
  timeout,
  wrap,
} from 'cockatiel'
import { coded } from './errors.js'

export type BreakerState = 'closed' | 'open' | 'half-open'

export interface BreakerOptions {
  /** What is protected, for messages. */
  readonly name: string
  /** Failures in a row that open it. */
  readonly failures?: number
  /** How long it stays open before one call is let through to try. */
  readonly halfOpenAfterMs?: number
  /** A call that takes longer counts as a failure. */
  readonly timeoutMs: number
  readonly onChange?: (state: BreakerState) => void
}

export interface Breaker {
  readonly state: BreakerState
  /**
   * Runs a call. Rejects at once with SUBGRAPH_UNAVAILABLE while open, with DEADLINE_EXCEEDED after `timeoutMs`
   * (`signal` aborts then), and with what the call threw. While half open one call tries; the rest are rejected.
   */
  run<T>(call: (signal: AbortSignal) => Promise<T>): Promise<T>
}

/** The library listens to one signal for every call on its way; any number of them is no leak. */
const NEVER = new AbortController().signal
setMaxListeners(0, NEVER)

const STATES = {
  [CircuitState.Closed]: 'closed',
  [CircuitState.Open]: 'open',
  [CircuitState.HalfOpen]: 'half-open',
  [CircuitState.Isolated]: 'open',
} as const satisfies Record<CircuitState, BreakerState>

/** A circuit breaker with a time limit (Nygard, "Release It!", 2007). */
export function createBreaker(options: BreakerOptions): Breaker {
  const { name, failures = 5, halfOpenAfterMs = 1_000, timeoutMs, onChange } = options
  const circuit = circuitBreaker(handleAll, {
    halfOpenAfter: halfOpenAfterMs,
    breaker: new ConsecutiveBreaker(failures),
  })
  if (onChange !== undefined) circuit.onStateChange((state) => onChange(STATES[state]))
  const policy = wrap(circuit, timeout(timeoutMs, TimeoutStrategy.Aggressive))
  return {
    get state() {
      return STATES[circuit.state]
    },
    async run(call) {
      // The library lets those who come while one call tries wait for it: behind a slow probe everybody would stand.
      if (circuit.state === CircuitState.HalfOpen) throw refused(name, failures)
      try {
        return await policy.execute(({ signal }) => call(signal), NEVER)
      } catch (thrown) {
        if (thrown instanceof BrokenCircuitError) throw refused(name, failures)
        if (isTimeout(thrown)) throw coded('DEADLINE_EXCEEDED', `${name} took longer than ${timeoutMs} ms.`)
        throw thrown
      }
    },
  }
}

function refused(name: string, failures: number) {
  return coded('SUBGRAPH_UNAVAILABLE', `${name} failed ${failures} times in a row; it is tried again soon.`)
}

function isTimeout(thrown: unknown): boolean {
  return thrown instanceof Error && 'isTaskCancelledError' in thrown
}
