import { Agent } from './agent.js'
import { arrivals } from './arrival.js'
import { demoShots } from './demo-shots.js'
import { drive } from './drive.js'
import { DEMO_CLIENT } from './identity.js'
import { judge } from './measure.js'
import { seededRandom } from './random.js'

export interface DemoOptions {
  /** The GraphQL endpoint. */
  readonly url: string
  readonly key: string | undefined
  /** Mean operations a second; one second in twenty has three times as many. Default 20. */
  readonly ratePerSecond?: number
  readonly seed?: number
}

export interface Demo extends AsyncDisposable {
  counts(): { readonly sent: number; readonly failed: number; readonly dropped: number }
  /** How often each failure was met; at most 50 different ones. */
  failures(): Readonly<Record<string, number>>
}

const AGENTS = 8
/** A demo that waits for a slow system skips operations rather than pile them up. */
const MAX_IN_FLIGHT = 64
const TIMEOUT_MS = 35_000

/**
 * Starts a gentle workload of many named operations that goes on until it is disposed. It never throws for what the
 * endpoint does: failures are counted, and a connection that broke is opened again with the next operation.
 */
export function startDemo(options: DemoOptions): Demo {
  const { url, key, ratePerSecond = 20, seed = 1 } = options
  const stop = new AbortController()
  const target = { url: new URL(url), key, client: DEMO_CLIENT, timeoutMs: TIMEOUT_MS }
  const agents = Array.from({ length: AGENTS }, (_, index) => new Agent(`demo-${index + 1}`, target))
  const shots = demoShots(seededRandom(seed + 2))
  const failures = new Map<string, number>()
  let sent = 0
  let failed = 0
  let dropped = 0
  const schedule = arrivals({
    random: seededRandom(seed),
    ratePerSecond,
    seconds: Number.POSITIVE_INFINITY,
    pattern: 'burst',
    peakFactor: 3,
  })
  const running = drive({
    arrivals: schedule,
    agents,
    draw: (agent) => shots(agent.name),
    maxInFlight: MAX_IN_FLIGHT,
    onDone: ({ shot, reply }) => {
      sent++
      const { error } = judge(reply)
      if (error === undefined || stop.signal.aborted) return
      failed++
      const name = `${shot.operation} ${error}`
      if (failures.size < 50 || failures.has(name)) failures.set(name, (failures.get(name) ?? 0) + 1)
    },
    onDropped: () => dropped++,
    onLateness: () => undefined,
    signal: stop.signal,
  })
  return {
    counts: () => ({ sent, failed, dropped }),
    failures: () => Object.fromEntries(failures),
    async [Symbol.asyncDispose]() {
      stop.abort()
      for (const agent of agents) agent[Symbol.dispose]()
      await running
    },
  }
}
