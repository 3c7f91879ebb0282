import { createHistogram, type RecordableHistogram } from 'node:perf_hooks'

import type { Reply } from './agent.js'
import type { Outcome } from './drive.js'

/** Milliseconds. Zeros when nothing was counted. */
export interface Percentiles {
  readonly count: number
  readonly mean: number
  readonly p50: number
  readonly p90: number
  readonly p95: number
  readonly p99: number
  readonly p999: number
  readonly max: number
}

/** What an answer said about one shot. */
export interface Verdict {
  /** Undefined when the answer is a good one. */
  readonly error: string | undefined
  readonly decision?: string
  readonly tier?: string
  readonly cacheHit?: boolean
}

/** Longest duration that is kept apart: an hour. */
const HIGHEST_US = 3_600_000_000

/** Counts and histograms of one run. Bounded: one histogram per class and outcome, classes come from the program. */
export class Measure {
  readonly #latency = new Map<string, RecordableHistogram>()
  readonly #all = histogram()
  readonly #service = histogram()
  readonly #lateness = histogram()
  readonly errors = new Map<string, number>()
  readonly decisions = new Map<string, number>()
  /** By `class/decision`. */
  readonly classDecisions = new Map<string, number>()
  readonly tiers = new Map<string, number>()
  sent = 0
  completed = 0
  failed = 0
  dropped = 0
  decided = 0
  cacheHits = 0
  /** Answers that the corpus says must never be given. */
  wrong = 0

  /** Latency counts from the scheduled time: this is what corrects for coordinated omission. */
  done(outcome: Outcome): void {
    const { shot, scheduledAt, sentAt, doneAt, reply } = outcome
    const verdict = judge(reply)
    this.sent++
    const us = doneAt - scheduledAt
    record(this.#histogramOf(`${shot.class}/${verdict.error === undefined ? 'ok' : 'error'}`), us)
    record(this.#service, doneAt - sentAt)
    if (verdict.error !== undefined) {
      this.failed++
      count(this.errors, verdict.error)
      return
    }
    this.completed++
    record(this.#all, us)
    this.#decision(verdict, shot)
  }

  late(ms: number): void {
    record(this.#lateness, ms)
  }

  /** Of good answers only; how failures took is under {@link classes} as `error`. */
  latency(): Percentiles {
    return percentiles(this.#all)
  }

  /** Per class and outcome, by name. */
  classes(): Readonly<Record<string, { ok: Percentiles; error: Percentiles }>> {
    const names = new Set([...this.#latency.keys()].map((key) => key.slice(0, key.lastIndexOf('/'))))
    return Object.fromEntries(
      [...names].sort().map((name) => [
        name,
        {
          ok: percentiles(this.#histogramOf(`${name}/ok`)),
          error: percentiles(this.#histogramOf(`${name}/error`)),
        },
      ]),
    )
  }

  service(): Percentiles {
    return percentiles(this.#service)
  }

  lateness(): Percentiles {
    return percentiles(this.#lateness)
  }

  #decision(verdict: Verdict, { class: name, never }: Outcome['shot']): void {
    if (verdict.decision === undefined) return
    this.decided++
    count(this.decisions, verdict.decision)
    count(this.classDecisions, `${name}/${verdict.decision}`)
    if (verdict.tier !== undefined) count(this.tiers, verdict.tier)
    if (verdict.cacheHit) this.cacheHits++
    if (never.includes(verdict.decision)) this.wrong++
  }

  #histogramOf(key: string): RecordableHistogram {
    let found = this.#latency.get(key)
    if (!found) this.#latency.set(key, (found = histogram()))
    return found
  }
}

/** Reads an answer. A GraphQL error's code counts as the failure, also when partial data came with it. */
export function judge(reply: Reply): Verdict {
  if ('failure' in reply) return { error: reply.failure }
  const { status, body } = reply.answer
  let parsed: unknown
  try {
    parsed = JSON.parse(body.toString('utf8'))
  } catch {
    return { error: status === 200 ? 'NOT_JSON' : `HTTP_${status}` }
  }
  const { errors, data } = (parsed ?? {}) as { errors?: unknown; data?: Record<string, unknown> | null }
  if (Array.isArray(errors) && errors.length > 0) return { error: codeOf(errors[0]) }
  if (status !== 200) return { error: `HTTP_${status}` }
  if (!data) return { error: 'NO_DATA' }
  const answer = data['validateCommand'] as
    | { decision?: string; tier?: string; cacheHit?: boolean }
    | undefined
  return { error: undefined, ...answer }
}

function codeOf(error: unknown): string {
  const code = (error as { extensions?: { code?: unknown } } | null)?.extensions?.code
  return typeof code === 'string' ? code.slice(0, 64) : 'GRAPHQL_ERROR'
}

function histogram(): RecordableHistogram {
  return createHistogram({ lowest: 1, highest: HIGHEST_US, figures: 3 })
}

function record(into: RecordableHistogram, ms: number): void {
  into.record(Math.min(HIGHEST_US, Math.max(1, Math.round(ms * 1_000))))
}

function count(into: Map<string, number>, key: string): void {
  // Codes come from the server: past 200 different ones the rest are one.
  const name = into.size < 200 || into.has(key) ? key : 'OTHER'
  into.set(name, (into.get(name) ?? 0) + 1)
}

function percentiles(of: RecordableHistogram): Percentiles {
  if (of.count === 0) return { count: 0, mean: 0, p50: 0, p90: 0, p95: 0, p99: 0, p999: 0, max: 0 }
  const ms = (us: number) => Math.round(us) / 1_000
  const at = (p: number) => ms(of.percentile(p))
  return {
    count: of.count,
    mean: ms(of.mean),
    p50: at(50),
    p90: at(90),
    p95: at(95),
    p99: at(99),
    p999: at(99.9),
    max: ms(of.max),
  }
}
