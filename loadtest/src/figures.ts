import { availableParallelism, cpus, loadavg, totalmem } from 'node:os'

import type { Measure, Percentiles } from './measure.js'

/** Raised when a field changes its meaning or goes; new fields do not raise it. */
export const REPORT_SCHEMA = 'lighthouse-load/1'

/** What one run measured. Shares are 0 to 1, times milliseconds, rates a second. */
export interface Figures {
  readonly schema: typeof REPORT_SCHEMA
  readonly scenario: string
  readonly seed: number
  readonly url: string
  readonly startedAt: string
  readonly agents: number
  /** Offered base rate; the pattern may multiply it. */
  readonly rate: number
  readonly pattern: string
  readonly seconds: number
  readonly mix: Readonly<Record<string, number>>
  readonly dashboards: { readonly count: number; readonly frames: number; readonly failed: number }
  readonly warmedUp: number
  readonly sent: number
  readonly completed: number
  readonly failed: number
  readonly dropped: number
  readonly errors: Readonly<Record<string, number>>
  readonly throughput: number
  readonly latencyMs: Percentiles
  readonly classes: Readonly<Record<string, { readonly ok: Percentiles; readonly error: Percentiles }>>
  readonly serviceMs: Percentiles
  readonly sendLatenessMs: Percentiles
  readonly decisions: {
    readonly total: number
    readonly byDecision: Readonly<Record<string, number>>
    /** By `class/decision`: what the policy makes of the corpus. */
    readonly byClass: Readonly<Record<string, number>>
    readonly byTier: Readonly<Record<string, number>>
    readonly cacheHits: number
    readonly wrong: number
  }
  readonly driver: { readonly cpuShare: number; readonly rssBytes: number; readonly version: string }
  readonly machine: Machine
}

export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryBytes: number
  readonly loadAverage: readonly number[]
  readonly node: string
  readonly platform: string
}

/** The machine that the driver runs on, now. */
export function machine(): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    loadAverage: loadavg().map((load) => Math.round(load * 100) / 100),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
  }
}

/** The part of a report that comes from what was measured. */
export function figures(measure: Measure, seconds: number) {
  return {
    sent: measure.sent,
    completed: measure.completed,
    failed: measure.failed,
    dropped: measure.dropped,
    errors: Object.fromEntries(measure.errors),
    throughput: Math.round((measure.completed / seconds) * 100) / 100,
    latencyMs: measure.latency(),
    classes: measure.classes(),
    serviceMs: measure.service(),
    sendLatenessMs: measure.lateness(),
    decisions: {
      total: measure.decided,
      byDecision: Object.fromEntries(measure.decisions),
      byClass: Object.fromEntries([...measure.classDecisions].sort(([a], [b]) => (a < b ? -1 : 1))),
      byTier: Object.fromEntries(measure.tiers),
      cacheHits: measure.cacheHits,
      wrong: measure.wrong,
    },
  }
}
