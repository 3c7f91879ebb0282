import { writeFile } from 'node:fs/promises'

import { ClientError } from '@lighthouse/client/client-error'
import { locate } from '@lighthouse/client/locate'

import { Agent, type AgentOptions } from './agent.js'
import { type ArrivalOptions, arrivals } from './arrival.js'
import { openDashboards } from './dashboards.js'
import { drive } from './drive.js'
import { type Figures, figures, machine, REPORT_SCHEMA } from './figures.js'
import { parseFlags, USAGE } from './flags.js'
import { checkGates, checkValidity, DEFAULT_LIMITS, exitCodeOf, VALIDITY } from './gate.js'
import { LOAD_CLIENT, VERSION } from './identity.js'
import { LoadError } from './load-error.js'
import type { LoadOptions } from './load-options.js'
import { Measure } from './measure.js'
import { mix, readCorpus } from './mix.js'
import { preflight } from './preflight.js'
import { seededRandom } from './random.js'
import { type LoadReport, renderText } from './report.js'
import { checkScenario, readScenario, type Scenario } from './scenario.js'
import { validation } from './shot.js'

/** Experts have 30 s (P-066); a driver that gave up first would count their answers as failures. */
const DEFAULT_TIMEOUT_MS = 35_000
const DASHBOARD_INTERVAL_MS = 1_000

/**
 * Runs one scenario against an endpoint and reports it. Throws LoadError (USAGE, UNREACHABLE, UNAUTHENTICATED,
 * NOT_GRAPHQL) when it cannot take place; failures during the run are figures of the report.
 */
export async function runLoad(options: LoadOptions = {}): Promise<LoadReport> {
  const scenario = scenarioOf(options)
  const { seed = 1, warmupSeconds = 2, timeoutMs = DEFAULT_TIMEOUT_MS, dashboards = 0 } = options
  const at = await locate({ url: options.url, key: options.key })
  const target: AgentOptions = { url: new URL(at.url), key: at.key, client: LOAD_CLIENT, timeoutMs }
  await preflight(target)
  using crew = agents(scenario.agents, target)
  await using watchers = openDashboards({
    wsUrl: at.wsUrl,
    key: at.key,
    count: dashboards,
    intervalMs: DASHBOARD_INTERVAL_MS,
  })
  const run = { options, scenario, crew: crew.all, draw: commands(scenario, seed) }
  const warmUp = new Measure()
  const steady = { pattern: 'steady', seconds: warmupSeconds, random: seededRandom(seed + 1) } as const
  if (warmupSeconds > 0) await send({ ...run, measure: warmUp }, steady)
  const measure = new Measure()
  const startedAt = new Date().toISOString()
  const usedCpu = process.cpuUsage()
  const began = performance.now()
  await send({ ...run, measure }, { random: seededRandom(seed) })
  const { user, system } = process.cpuUsage(usedCpu)
  const cpuShare = (user + system) / 1_000 / (performance.now() - began)
  const { name, mix: shares, ...plan } = scenario
  return conclude(
    {
      schema: REPORT_SCHEMA,
      scenario: name,
      seed,
      url: at.url,
      startedAt,
      agents: plan.agents,
      rate: plan.rate,
      pattern: plan.pattern,
      seconds: plan.seconds,
      mix: { ...shares },
      dashboards: { count: dashboards, ...watchers.counts() },
      warmedUp: warmUp.sent,
      ...figures(measure, plan.seconds),
      driver: {
        cpuShare: Math.round(cpuShare * 1_000) / 1_000,
        rssBytes: process.memoryUsage.rss(),
        version: VERSION,
      },
      machine: machine(),
    },
    options,
  )
}

/**
 * `lighthouse load`: reads flags, runs, prints the report. Resolves with the exit code: 0 pass, 1 a gate failed,
 * 2 the run is invalid, 3 usage or connection error.
 */
export async function load(
  argv: readonly string[],
  write: (text: string) => void,
  complain: (text: string) => void,
): Promise<0 | 1 | 2 | 3> {
  try {
    const { options, json, out, help } = parseFlags(argv)
    if (help) {
      write(USAGE)
      return 0
    }
    const report = await runLoad(options)
    const text = `${JSON.stringify(report, null, 2)}\n`
    if (out !== undefined) await writeFile(out, text)
    write(json ? text : renderText(report))
    return report.exitCode
  } catch (error) {
    if (!(error instanceof LoadError || error instanceof ClientError)) throw error
    complain(`load: ${error.message}\n`)
    return 3
  }
}

function scenarioOf(options: LoadOptions): Scenario {
  const base = readScenario(options.scenario ?? 'steady')
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
  const {
    mix: shares,
    agents,
    rate,
    seconds,
    pattern,
    peakFactor,
    burstProbability,
  } = {
    ...base,
    ...given,
  }
  return checkScenario({
    name: base.name,
    description: base.description,
    mix: shares,
    agents,
    rate,
    seconds,
    pattern,
    peakFactor,
    burstProbability,
  })
}

function agents(count: number, target: AgentOptions): { all: readonly Agent[] } & Disposable {
  const all = Array.from({ length: count }, (_, index) => new Agent(`agent-${index + 1}`, target))
  return {
    all,
    [Symbol.dispose]() {
      for (const agent of all) agent[Symbol.dispose]()
    },
  }
}

function commands(scenario: Scenario, seed: number) {
  const next = mix({ random: seededRandom(seed + 2), corpus: readCorpus(), shares: scenario.mix })
  return (agent: Agent) => validation(next(), agent.name)
}

interface Run {
  readonly options: LoadOptions
  readonly scenario: Scenario
  readonly crew: readonly Agent[]
  readonly draw: ReturnType<typeof commands>
  readonly measure: Measure
}

async function send(run: Run, over: Partial<ArrivalOptions> & Pick<ArrivalOptions, 'random'>): Promise<void> {
  const { options, scenario, crew, draw, measure } = run
  await drive({
    arrivals: arrivals({ ...scenario, ratePerSecond: scenario.rate, ...over }),
    agents: crew,
    draw,
    // Enough for a second of the peak to wait without a drop.
    maxInFlight: options.maxInFlight ?? Math.max(1_000, crew.length * 2, scenario.rate * scenario.peakFactor),
    onDone: (outcome) => measure.done(outcome),
    onDropped: () => measure.dropped++,
    onLateness: (ms) => measure.late(ms),
    signal: options.signal,
  })
}

function conclude(report: Figures, options: LoadOptions): LoadReport {
  const bounds = { ...VALIDITY, sendLatenessP99Ms: options.maxSendLatenessMs ?? VALIDITY.sendLatenessP99Ms }
  const invalid = checkValidity(report, bounds)
  const gates = checkGates(report, { ...DEFAULT_LIMITS, ...options.limits })
  return { ...report, valid: invalid.length === 0, invalid, gates, exitCode: exitCodeOf(gates, invalid) }
}
