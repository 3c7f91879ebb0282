import { setTimeout as sleep } from 'node:timers/promises'
import { TransportError } from '../transport-error.js'
import type { Budget } from './budget.js'
import type { Send, WireReply } from './send.js'

export interface RetryOptions {
  /** Times that a call is sent at most, the first included. */
  readonly attempts: number
  readonly minDelayMs: number
  readonly maxDelayMs: number
  readonly budget: Budget
  /** From 0 to 1. */
  readonly random?: () => number
  readonly onRetry: () => void
}

/**
 * Sends a repeatable call again when nothing was answered, or a status that says "later" (429, 502, 503, 504): after a
 * jittered, doubling delay or the Retry-After that was asked for, while the budget has tokens and the deadline allows.
 * Source: "full jitter", AWS Architecture Blog, "Exponential Backoff And Jitter", 2015.
 */
export function retry(next: Send, options: RetryOptions): Send {
  const { attempts, budget, onRetry } = options
  return async (call) => {
    budget.pay()
    for (let attempt = 1; ; attempt++) {
      const outcome = await next(call).catch((error: unknown) => ({ error }))
      const isLast = attempt >= attempts || !call.isRepeatable || call.signal.aborted
      if (!isLast && mayHelp(outcome)) {
        const delayMs = delayOf(outcome, attempt, options)
        if (Date.now() + delayMs < call.deadlineAt && budget.take()) {
          if (delayMs > 0) await sleep(delayMs, undefined, { signal: call.signal })
          call.notes.attempts += 1
          onRetry()
          continue
        }
      }
      if ('error' in outcome) throw outcome.error
      return outcome
    }
  }
}

type Outcome = WireReply | { readonly error: unknown }

const LATER = new Set([429, 502, 503, 504])

function mayHelp(outcome: Outcome): boolean {
  if ('error' in outcome) return outcome.error instanceof TransportError && outcome.error.unanswered
  return LATER.has(outcome.status)
}

function delayOf(outcome: Outcome, attempt: number, options: RetryOptions): number {
  const { minDelayMs, maxDelayMs, random = Math.random } = options
  const asked = 'error' in outcome ? NaN : Number(outcome.headers['retry-after']) * 1_000
  if (asked >= 0) return asked
  return Math.floor(random() * Math.min(maxDelayMs, minDelayMs * 2 ** (attempt - 1)))
}
