import { performance } from 'node:perf_hooks'
import type { Budget } from './budget.js'
import type { LatencyWindow } from './latency-window.js'
import type { Call, Send, WireReply } from './send.js'

export interface HedgeOptions {
  readonly latency: Pick<LatencyWindow, 'valueMs' | 'record'>
  /** A second request is not sent before this, however fast the subgraph is. */
  readonly minDelayMs: number
  readonly budget: Budget
  readonly onHedge: () => void
}

/**
 * Sends a repeatable call a second time when its answer takes longer than most did (a percentile that is measured), and
 * takes whichever answer comes first; the other is dropped. The budget bounds how many are sent twice.
 * Source: Dean, Barroso, "The Tail at Scale", CACM 2013.
 */
export function hedge(next: Send, options: HedgeOptions): Send {
  const { latency, budget } = options
  return (call) => {
    if (!call.isRepeatable) return next(call)
    budget.pay()
    const started = performance.now()
    const usualMs = latency.valueMs
    const delayMs = usualMs === undefined ? undefined : Math.max(options.minDelayMs, usualMs)
    const sent = delayMs === undefined ? next(call) : race(next, call, delayMs, options)
    // What the second answer cut short counts with the time that was waited: the percentile must not shrink by it.
    return sent.then((reply) => {
      latency.record(performance.now() - started)
      return reply
    })
  }
}

function race(next: Send, call: Call, delayMs: number, options: HedgeOptions): Promise<WireReply> {
  return new Promise((resolve, reject) => {
    const running = new Set<AbortController>()
    const stop = () => {
      clearTimeout(timer)
      call.signal.removeEventListener('abort', left)
    }
    const send = () => {
      const own = new AbortController()
      running.add(own)
      next({ ...call, signal: own.signal }).then(
        (reply) => {
          running.delete(own)
          stop()
          resolve(reply)
          for (const other of running) other.abort(new Error('Another request was answered first.'))
        },
        (error: Error) => {
          running.delete(own)
          if (running.size > 0) return
          stop()
          reject(error)
        },
      )
    }
    const left = () => {
      for (const one of running) one.abort(call.signal.reason)
    }
    const timer = setTimeout(() => {
      if (!options.budget.take()) return
      call.notes.isHedged = true
      options.onHedge()
      send()
    }, delayMs)
    call.signal.addEventListener('abort', left, { once: true })
    send()
  })
}
