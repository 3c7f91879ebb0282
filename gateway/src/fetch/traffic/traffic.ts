import { boundWaiting } from './bound-waiting.js'
import { breakCircuit } from './break-circuit.js'
import { Budget } from './budget.js'
import { deduplicate } from './deduplicate.js'
import { hedge } from './hedge.js'
import { LatencyWindow } from './latency-window.js'
import { retry } from './retry.js'
import type { Send } from './send.js'
import type { TrafficSettings } from './settings.js'

/** What the policies of one subgraph did since they were made. */
export interface TrafficCounts {
  retries: number
  hedges: number
  shared: number
  readonly isBreakerOpen: boolean
}

export interface Traffic {
  readonly send: Send
  readonly counts: TrafficCounts
}

/** Extra requests that a quiet subgraph may get at once, before the budgets' shares bound them. */
const BURST = 10

/**
 * Puts the policies that the settings name before `post`, innermost first: breaker, hedge, retry, bound, de-duplication. Each
 * attempt passes the breaker, so that retries stop when it opens; what is shared waits outside of all of it.
 */
export function shapeTraffic(name: string, settings: TrafficSettings, post: Send): Traffic {
  let isOpen = () => false
  const counts: TrafficCounts = {
    retries: 0,
    hedges: 0,
    shared: 0,
    get isBreakerOpen() {
      return isOpen()
    },
  }
  let send = post
  if (settings.breaker !== false) {
    const breaker = breakCircuit(send, { name, ...settings.breaker })
    isOpen = () => breaker.isOpen
    send = breaker.send
  }
  if (settings.hedge !== false) {
    const { percentile, maxPercent, minDelayMs } = settings.hedge
    const latency = new LatencyWindow(percentile)
    const onHedge = () => void (counts.hedges += 1)
    send = hedge(send, { latency, minDelayMs, budget: new Budget(maxPercent, 1), onHedge })
  }
  if (settings.retry !== false && settings.retry.attempts > 1) {
    const { budgetPercent, ...rest } = settings.retry
    const onRetry = () => void (counts.retries += 1)
    send = retry(send, { ...rest, budget: new Budget(budgetPercent, BURST), onRetry })
  }
  send = boundWaiting(send, { name, most: settings.connections + settings.maxWaiting })
  if (settings.deduplicate) send = deduplicate(send, () => void (counts.shared += 1))
  return { send, counts }
}
