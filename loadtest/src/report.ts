import type { Figures } from './figures.js'
import type { Gate } from './gate.js'
import type { Percentiles } from './measure.js'

/** One run as JSON: what it measured, and what that is held against. */
export interface LoadReport extends Figures {
  /** Whether the run says anything about the server, and why not. */
  readonly valid: boolean
  readonly invalid: readonly string[]
  readonly gates: readonly Gate[]
  readonly exitCode: 0 | 1 | 2
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
