import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { partsTrial } from './parts/run-parts.js'
import { report, reread, runCase } from './run-case.js'
import { runMutants } from './run-mutants.js'
import { runSuite, type SuiteResult } from './run-suite.js'

/**
 * `npm run test:differential -w gateway -- --cases N --seed S [--json]`: as many cases as asked for and half as many with
 * deferred fragments, all failures, and then the mutants: executors with a fault that the suite must notice.
 * `--replay FILE` runs one case that a failure printed.
 */
const SHOWN_FAILURES = 5

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
    replay: { type: 'string' },
  },
})
if (values.replay === undefined) {
  const options = { cases: Number(values.cases), seed: Number(values.seed), reports: SHOWN_FAILURES }
  const { cases, failures, unplanned, reports } = await runSuite(options)
  const parts = await runSuite({ ...options, cases: Math.ceil(cases / 2), trial: partsTrial().trial })
  for (const one of [...reports, ...parts.reports]) process.stderr.write(`${one}\n\n----\n\n`)
  const { total, killed, alive } = await runMutants(options.seed)
  for (const one of alive) process.stderr.write(`mutant alive: ${one}\n`)
  process.stdout.write(
    values.json
      ? `${JSON.stringify({ cases, failures, unplanned, parts: countsOf(parts), mutants: { total, killed } })}\n`
      : `${cases} cases, ${failures} failures, ${unplanned} unplanned; in parts ${parts.cases} cases, ${parts.failures} failures; ${killed} of ${total} mutants killed\n`,
  )
  process.exitCode = failures + parts.failures === 0 && killed === total ? 0 : 1
} else {
  const again = reread(readFileSync(values.replay, 'utf8'))
  const isInParts = again.operation.text.includes('@defer')
  const why = await (isInParts ? partsTrial().trial.run(again) : runCase(again))
  process.stdout.write(why === undefined ? 'no difference\n' : `${report(again, why)}\n`)
  process.exitCode = why === undefined ? 0 : 1
}

function countsOf({ cases, failures, unplanned }: SuiteResult) {
  return { cases, failures, unplanned }
}
