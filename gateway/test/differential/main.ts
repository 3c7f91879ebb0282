import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { partsTrial } from './parts/run-parts.js'
import { report, reread, runCase } from './run-case.js'
import { runMutants, runMutantsQuickly, type Tried } from './run-mutants.js'
import { runSuite, type SuiteResult } from './run-suite.js'

/**
 * `npm run test:differential -w gateway -- --cases N --seed S [--json]`: as many cases as asked for and half as many with
 * deferred fragments, all failures, and then the mutants: executors with a fault that the suite must notice.
 * Each mutant has 4,000 cases; ends with 1 when a case failed or a mutant was not noticed.
 * `--mutants` tries the mutants only, each where it is noticed soon: for `npm test`.
 * `--replay FILE` runs one case that a failure printed.
 */
const SHOWN_FAILURES = 5
const NONE: SuiteResult = { cases: 0, failures: 0, reports: [] }

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    mutants: { type: 'boolean', default: false },
    replay: { type: 'string' },
  },
})
if (values.replay !== undefined) await replay(values.replay)
else if (values.mutants) tell(NONE, NONE, await runMutantsQuickly())
else await runAll(Number(values.cases), Number(values.seed))

async function runAll(cases: number, seed: number): Promise<void> {
  const options = { cases, seed, reports: SHOWN_FAILURES }
  const result = await runSuite(options)
  const parts = await runSuite({ ...options, cases: Math.ceil(cases / 2), trial: partsTrial().trial })
  for (const one of [...result.reports, ...parts.reports]) process.stderr.write(`${one}\n\n----\n\n`)
  tell(result, parts, await runMutants(seed))
}

function tell({ cases, failures }: SuiteResult, parts: SuiteResult, tried: readonly Tried[]): void {
  for (const { name, cases: taken, alive } of tried)
    process.stderr.write(
      `${alive === undefined ? 'killed' : `ALIVE (${alive})`} after ${taken} cases: ${name}\n`,
    )
  const total = tried.length
  const killed = tried.filter(({ alive }) => alive === undefined).length
  process.stdout.write(
    values.json
      ? `${JSON.stringify({ cases, failures, parts: countsOf(parts), mutants: { total, killed } })}\n`
      : `${cases} cases, ${failures} failures; in parts ${parts.cases} cases, ${parts.failures} failures; ${killed} of ${total} mutants killed\n`,
  )
  process.exitCode = failures + parts.failures === 0 && killed === total ? 0 : 1
}

async function replay(file: string): Promise<void> {
  const again = reread(readFileSync(file, 'utf8'))
  const isInParts = again.operation.text.includes('@defer')
  const why = await (isInParts ? partsTrial().trial.run(again) : runCase(again))
  process.stdout.write(why === undefined ? 'no difference\n' : `${report(again, why)}\n`)
  process.exitCode = why === undefined ? 0 : 1
}

function countsOf({ cases, failures }: SuiteResult) {
  return { cases, failures }
}
