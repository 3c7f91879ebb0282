import type { Figures } from './figures.js'

/** What can be gated on, how it is compared, and its figure in a report. */
const MEASURES = {
  /** Milliseconds, good answers, from the scheduled time. */
  p50: { op: '<=', of: (report) => report.latencyMs.p50 },
  p90: { op: '<=', of: (report) => report.latencyMs.p90 },
  p95: { op: '<=', of: (report) => report.latencyMs.p95 },
  p99: { op: '<=', of: (report) => report.latencyMs.p99 },
  max: { op: '<=', of: (report) => report.latencyMs.max },
  /** Share of what was sent that failed, 0 to 1. */
  errors: { op: '<=', of: (report) => share(report.failed, report.sent) },
  /** Answers that the corpus says must never be given. */
  wrong: { op: '<=', of: (report) => report.decisions.wrong },
  /** Good answers a second. */
  throughput: { op: '>=', of: (report) => report.throughput },
  /** Share of decisions that came from a cache, 0 to 1. */
  hits: { op: '>=', of: (report) => share(report.decisions.cacheHits, report.decisions.total) },
} as const satisfies Record<string, { op: '<=' | '>='; of: (report: Figures) => number }>

export type GateName = keyof typeof MEASURES
export const GATE_NAMES = Object.keys(MEASURES) as readonly GateName[]
export type Limits = Readonly<Partial<Record<GateName, number>>>

export interface Gate {
  readonly name: GateName
  readonly op: '<=' | '>='
  readonly limit: number
  readonly value: number
  readonly passed: boolean
}

/** What holds when nobody says otherwise: no wrong decision, at most 1 % errors. Times depend on the machine. */
export const DEFAULT_LIMITS: Limits = { wrong: 0, errors: 0.01 }

/** When a run says nothing about the server. */
export const VALIDITY = {
  /** The driver noticed 1 % of its arrivals later than this: the machine was too busy to send on time. */
  sendLatenessP99Ms: 50,
  /** Share of arrivals that were dropped because too many were in flight. */
  dropped: 0.01,
} as const

/** Compares a run's figures with limits, in the order of the table. */
export function checkGates(report: Figures, limits: Limits): Gate[] {
  return GATE_NAMES.flatMap((name) => {
    const limit = limits[name]
    if (limit === undefined) return []
    const { op, of } = MEASURES[name]
    const value = of(report)
    return [{ name, op, limit, value, passed: op === '<=' ? value <= limit : value >= limit }]
  })
}

/** Why a run says nothing about the server; empty when it does. */
export function checkValidity(
  report: Figures,
  bounds: { sendLatenessP99Ms: number; dropped: number },
): string[] {
  const reasons: string[] = []
  if (report.sent === 0) reasons.push('nothing was sent')
  const late = report.sendLatenessMs.p99
  if (late > bounds.sendLatenessP99Ms) {
    reasons.push(`the driver itself was late: send lateness p99 ${late} ms > ${bounds.sendLatenessP99Ms} ms`)
  }
  const dropped = share(report.dropped, report.sent + report.dropped)
  if (dropped > bounds.dropped) {
    reasons.push(
      `${report.dropped} arrivals were dropped (${(dropped * 100).toFixed(1)} %): too many in flight`,
    )
  }
  return reasons
}

/** 0 pass, 1 a gate failed, 2 the run is invalid; an invalid run neither passes nor fails. */
export function exitCodeOf(gates: readonly Gate[], invalid: readonly string[]): 0 | 1 | 2 {
  if (invalid.length > 0) return 2
  return gates.every((gate) => gate.passed) ? 0 : 1
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole
}
