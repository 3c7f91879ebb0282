import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Log } from '@lighthouse/chassis/log'
import { QUIET } from '@lighthouse/chassis/log'
import type { Counted } from '@lighthouse/contract/subgraph-request'
import type { ValidationDecision } from '../decision.js'
import type { Labels } from './event.js'
import { toLogEvent } from './event.js'

/** OPA's `buffer_size_limit_events`. */
const MAX_WAITING = 10_000
/** OPA's `upload_size_limit_bytes`: of one upload, compressed. */
const MAX_UPLOAD_BYTES = 32_768
/** Most events of one upload, and how many the first one tries; each that is too large halves it. */
const MAX_BATCH = 1_000
const FIRST_BATCH = 100
/** How long events are gathered before they are sent. */
const DELAY_MS = 1_000
/** The pause after a failure; it doubles with each, up to the most. */
const RETRY_MS = 100
const MAX_RETRY_MS = 30_000
/** A receiver that takes longer has not answered. */
const TIMEOUT_MS = 10_000
/** What closing waits for the last events to be taken. */
const CLOSE_MS = 3_000

export interface UploadOptions {
  /** Where the receiver is; events are posted to `<url>/logs`. */
  readonly url: string
  /** Posted to `<url>/logs/<partition>` then. */
  readonly partition?: string | undefined
  /** Sent as `authorization: Bearer`. */
  readonly token?: string | undefined
  readonly labels: Labels
  readonly maxWaiting?: number
  readonly maxUploadBytes?: number
  readonly delayMs?: number
  readonly retryMs?: number
  readonly maxRetryMs?: number
  readonly timeoutMs?: number
  readonly log?: Log
}

/** Decisions on their way to a receiver of OPA's decision logs. */
export interface DecisionLog extends AsyncDisposable {
  /** Takes a decision; never throws, never waits. When too many wait, the oldest is dropped and counted. */
  add(decision: ValidationDecision): void
  readonly counts: { readonly sent: number; readonly dropped: number; readonly failed: number }
  /** The counts for /metrics. */
  readonly counted: readonly Counted[]
  readonly waiting: number
}

const compress = promisify(gzip)

/**
 * Posts decisions as OPA's log plugin does (OPA docs, "Decision Log Service API"): gzip of a JSON array, at most
 * `maxUploadBytes`, one upload at a time. What the receiver does not take with 2xx is sent again, so it may come twice:
 * `decision_id` tells. What cannot wait any longer is dropped, oldest first, and counted; nothing else is.
 */
export function openDecisionLog(options: UploadOptions): DecisionLog {
  return new Uploading(options)
}

class Uploading implements DecisionLog {
  readonly #address: string
  readonly #options: UploadOptions &
    Required<Pick<UploadOptions, 'maxWaiting' | 'maxUploadBytes' | 'delayMs'>>
  readonly #log: Log
  /** Oldest first; those before `#taken` are gone. */
  #waiting: ValidationDecision[] = []
  #taken = 0
  #batch = FIRST_BATCH
  #failures = 0
  #timer: NodeJS.Timeout | undefined
  #uploading: Promise<void> | undefined
  readonly #closing = new AbortController()
  #ending = false
  #sent = 0
  #dropped = 0
  #failed = 0

  constructor(options: UploadOptions) {
    const { maxWaiting = MAX_WAITING, maxUploadBytes = MAX_UPLOAD_BYTES, delayMs = DELAY_MS } = options
    this.#options = { ...options, maxWaiting, maxUploadBytes, delayMs }
    this.#log = options.log ?? QUIET
    this.#address = addressOf(options)
  }

  get counts() {
    return { sent: this.#sent, dropped: this.#dropped, failed: this.#failed }
  }

  get counted(): readonly Counted[] {
    return [
      {
        name: 'lighthouse_decision_log_events_total',
        help: 'Decisions that the receiver of the decision log took, and that were dropped.',
        label: 'outcome',
        read: () => ({ sent: this.#sent, dropped: this.#dropped }),
      },
      {
        name: 'lighthouse_decision_log_uploads_failed_total',
        help: 'Uploads that the receiver of the decision log did not take; they are tried again.',
        label: undefined,
        read: () => ({ '': this.#failed }),
      },
    ]
  }

  get waiting(): number {
    return this.#waiting.length - this.#taken
  }

  add(decision: ValidationDecision): void {
    if (this.#ending) {
      this.#dropped += 1
      return
    }
    this.#waiting.push(decision)
    if (this.waiting > this.#options.maxWaiting) this.#drop(1)
    this.#schedule(this.#options.delayMs)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending = true
    clearTimeout(this.#timer)
    const late = new Promise<void>((resolve) => setTimeout(resolve, CLOSE_MS).unref())
    await Promise.race([(this.#uploading ?? Promise.resolve()).then(() => this.#uploadAll()), late])
    this.#closing.abort()
    if (this.waiting === 0) return
    this.#log.error('decisions were not taken by the receiver of the decision log', { count: this.waiting })
    this.#drop(this.waiting)
  }

  #schedule(ms: number): void {
    if (this.#timer !== undefined || this.#uploading !== undefined) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      this.#uploading = this.#uploadAll().finally(() => {
        this.#uploading = undefined
        if (this.waiting > 0 && !this.#ending) this.#schedule(this.#pauseMs())
      })
    }, ms).unref()
  }

  #pauseMs(): number {
    if (this.#failures === 0) return this.#options.delayMs
    const { retryMs = RETRY_MS, maxRetryMs = MAX_RETRY_MS } = this.#options
    return Math.min(maxRetryMs, retryMs * 2 ** Math.min(this.#failures - 1, 20))
  }

  /** Uploads until nothing waits, or the receiver does not take one. Never rejects. */
  async #uploadAll(): Promise<void> {
    while (this.waiting > 0) {
      const droppedBefore = this.#dropped
      const events = this.#waiting.slice(this.#taken, this.#taken + this.#batch)
      const body = await this.#bodyOf(events)
      if (body === undefined) continue
      const why = await this.#post(body)
      if (why !== undefined) {
        this.#failed += 1
        this.#failures += 1
        if (this.#failures === 1)
          this.#log.warn('the receiver of the decision log does not take it', { url: this.#address, why })
        return
      }
      this.#failures = 0
      // Some of what was sent may have been dropped while it was on its way: it arrived all the same.
      const overtaken = Math.min(events.length, this.#dropped - droppedBefore)
      this.#dropped -= overtaken
      this.#sent += events.length
      this.#take(events.length - overtaken)
    }
  }

  /** The upload's body; undefined when it was too large, and fewer events are to be tried. */
  async #bodyOf(events: readonly ValidationDecision[]): Promise<Buffer | undefined> {
    const { labels, maxUploadBytes } = this.#options
    const droppedBefore = this.#dropped
    const body = await compress(JSON.stringify(events.map((decision) => toLogEvent(decision, labels))))
    if (body.length <= maxUploadBytes) {
      if (events.length === this.#batch) this.#batch = Math.min(MAX_BATCH, this.#batch * 2)
      return body
    }
    if (events.length > 1) this.#batch = Math.max(1, events.length >> 1)
    else if (this.#dropped === droppedBefore) this.#drop(1)
    return undefined
  }

  /** Why the receiver did not take it. */
  async #post(body: Buffer): Promise<string | undefined> {
    const { token, timeoutMs = TIMEOUT_MS } = this.#options
    try {
      const response = await fetch(this.#address, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'content-encoding': 'gzip',
          ...(token !== undefined && { authorization: `Bearer ${token}` }),
        },
        body: new Uint8Array(body),
        redirect: 'error',
        signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), this.#closing.signal]),
      })
      await response.body?.cancel()
      return response.ok ? undefined : `answered ${response.status}`
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
  }

  #drop(count: number): void {
    if (this.#dropped === 0) this.#log.warn('the decision log drops decisions: too many wait', { count })
    this.#dropped += count
    this.#take(count)
  }

  /** Lets go of the oldest. The array is cut only now and then: each cut moves all that stays. */
  #take(count: number): void {
    this.#taken += count
    if (this.#taken < this.#options.maxWaiting && this.#taken < this.#waiting.length) return
    this.#waiting = this.#waiting.slice(this.#taken)
    this.#taken = 0
  }
}

function addressOf({ url: text, partition }: Pick<UploadOptions, 'url' | 'partition'>): string {
  const url = new URL(text)
  if (!/^https?:$/.test(url.protocol))
    throw new Error(`LIGHTHOUSE_DECISION_LOG_URL is ${JSON.stringify(text)}; it takes an http address`)
  const base = url.pathname.replace(/\/+$/, '')
  url.pathname = partition === undefined ? `${base}/logs` : `${base}/logs/${encodeURIComponent(partition)}`
  return url.href
}
