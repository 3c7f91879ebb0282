import { availableParallelism, cpus, loadavg, totalmem } from 'node:os'

import type { Gate } from './gate.js'
import type { Measure, Percentiles } from './measure.js'

/** Raised when a field changes its meaning or goes; new fields do not raise it. */
export const REPORT_SCHEMA = 'lighthouse-load/1'

/** One run as JSON. Shares are 0 to 1, times milliseconds, rates a second. */
export interface LoadReport {
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
  /** Whether the run says anything about the server, and why not. */
  readonly valid: boolean
  readonly invalid: readonly string[]
  readonly gates: readonly Gate[]
  readonly exitCode: 0 | 1 | 2
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

/** The report for people: one screen, no colours. */
export function renderText(report: LoadReport): string {
  const { decisions } = report
  const rows: [string, Percentiles][] = [
    ['all', report.latencyMs],
    ...Object.entries(report.classes).map(([name, { ok }]): [string, Percentiles] => [name, ok]),
    ...Object.entries(report.classes).flatMap(([name, { error }]): [string, Percentiles][] =>
      error.count > 0 ? [[`${name} failed`, error]] : [],
    ),
    ['service', report.serviceMs],
    ['send lateness', report.sendLatenessMs],
  ]
  const lines = [
    `lighthouse load: ${report.scenario}, seed ${report.seed}, ${report.url}`,
    `${report.agents} agents, ${report.rate}/s ${report.pattern} for ${report.seconds} s, mix ${list(report.mix)}, ${report.dashboards.count} dashboards`,
    `${report.machine.cores} cores, ${report.machine.cpu}, load ${report.machine.loadAverage.join(' ')}, node ${report.machine.node}`,
    '',
    `sent ${report.sent}  completed ${report.completed}  failed ${report.failed}  dropped ${report.dropped}  throughput ${report.throughput}/s`,
    ...(report.failed > 0 ? [`errors       ${list(report.errors)}`] : []),
    ...(report.dashboards.count > 0
      ? [`dashboards   ${report.dashboards.frames} frames, ${report.dashboards.failed} failed`]
      : []),
    `decisions    ${list(decisions.byDecision)}  cache hits ${decisions.cacheHits}/${decisions.total}  wrong ${decisions.wrong}`,
    `by class     ${list(decisions.byClass)}`,
    `tiers        ${list(decisions.byTier)}`,
    `driver       ${(report.driver.cpuShare * 100).toFixed(0)} % of a core, ${Math.round(report.driver.rssBytes / 1_048_576)} MB`,
    '',
    `${'ms from schedule'.padEnd(18)}${['count', 'p50', 'p90', 'p95', 'p99', 'max'].map((head) => head.padStart(11)).join('')}`,
    ...rows.map(([name, row]) => renderRow(name, row)),
    '',
    ...report.gates.map(
      (gate) =>
        `gate ${gate.passed ? 'passed' : 'FAILED'}: ${gate.name} ${round(gate.value)} ${gate.op} ${gate.limit}`,
    ),
    ...report.invalid.map((reason) => `INVALID: ${reason}`),
    `result: ${['pass', 'gate failed', 'invalid run'][report.exitCode]}`,
  ]
  return `${lines.join('\n')}\n`
}

function renderRow(name: string, row: Percentiles): string {
  const cells = [row.count, row.p50, row.p90, row.p95, row.p99, row.max]
  return (
    name.padEnd(18) +
    cells.map((value, at) => (at === 0 ? String(value) : value.toFixed(2)).padStart(11)).join('')
  )
}

function list(counts: Readonly<Record<string, number>>): string {
  const parts = Object.entries(counts).map(([name, value]) => `${name} ${value}`)
  return parts.length > 0 ? parts.join(', ') : 'none'
}

function round(value: number): number {
  return Math.round(value * 10_000) / 10_000
}
