import { NowLive, ReportShown } from '../graph/documents.js'
import type { Graph } from '../graph/client.js'
import { type ConnectionStore, createConnectionStore } from './connection-store.js'
import { BROWSER_PAGE, createTicker, type Ticker } from './frame.js'
import { createMetricsStore, type MetricsStore } from './metrics-store.js'
import { createShownQueue, show } from './show.js'
import { openStream } from './stream.js'

/** Between two frames: two a second is what an eye follows as moving, and a hundredth of a core. */
export const INTERVAL_MS = 500

/** Everything live of one open console. */
export interface Live {
  readonly metrics: MetricsStore
  readonly connection: ConnectionStore
  readonly ticker: Ticker
  /** Counts up each time the stream was (re)opened after a pause, an outage or a hidden page: time to fill the gap. */
  opened(): number
  onOpened(listener: () => void): () => void
  pause(): void
  resume(): void
  /** After signing in again. */
  retry(): void
}

/** Follows live metrics from now on, while the page is visible and not paused. */
export function createLive(graph: () => Graph): Live {
  const metrics = createMetricsStore()
  const connection = createConnectionStore()
  const ticker = createTicker(BROWSER_PAGE)
  const listeners = new Set<() => void>()
  const shown = createShownQueue({
    now: Date.now,
    later: (run, ms) => setTimeout(run, ms),
    report: (input) => {
      void graph().client.mutation(ReportShown, { input }).toPromise()
    },
  })
  let close: (() => void) | undefined
  let count = 0
  let cold = false

  const announce = (): void => {
    count += 1
    for (const listener of listeners) listener()
  }
  const stop = (): void => {
    close?.()
    close = undefined
  }
  const start = (): void => {
    if (close !== undefined || document.hidden) return
    cold = true
    close = openStream(
      graph().client,
      NowLive,
      { intervalMs: INTERVAL_MS },
      {
        onData({ liveMetrics }) {
          const now = Date.now()
          if (!metrics.take(liveMetrics)) return
          if (cold || connection.read().phase !== 'live') announce()
          cold = false
          connection.signal({ kind: 'frame', now, madeAt: Date.parse(liveMetrics.at) })
          if (liveMetrics.traces.length > 0) ticker.oncePainted(() => show(liveMetrics.traces, shown))
          ticker.invalidate()
        },
        onEnd: () => connection.signal({ kind: 'closed', now: Date.now() }),
      },
    )
  }
  const follow = (): void => {
    if (document.hidden) stop()
    else if (connection.read().phase !== 'paused') start()
  }
  document.addEventListener('visibilitychange', follow)
  queueMicrotask(start)

  return {
    metrics,
    connection,
    ticker,
    opened: () => count,
    onOpened(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    pause() {
      stop()
      connection.signal({ kind: 'pause', now: Date.now() })
    },
    resume() {
      connection.signal({ kind: 'resume', now: Date.now() })
      start()
    },
    retry() {
      stop()
      connection.signal({ kind: 'retry', now: Date.now() })
      start()
    },
  }
}
