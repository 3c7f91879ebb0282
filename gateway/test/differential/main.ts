import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { report, reread, runCase } from './run-case.js'
import { runMutants } from './run-mutants.js'
import { runSuite } from './run-suite.js'

/**
 * `npm run test:differential -w gateway -- --cases N --seed S [--json]`: as many cases as asked for, all failures, and
 * then the mutants: executors with a fault that the suite must notice.
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
  for (const one of reports) process.stderr.write(`${one}\n\n----\n\n`)
  const { total, killed, alive } = await runMutants(options.seed)
  for (const one of alive) process.stderr.write(`mutant alive: ${one}\n`)
  process.stdout.write(
    values.json
      ? `${JSON.stringify({ cases, failures, unplanned, mutants: { total, killed } })}\n`
      : `${cases} cases, ${failures} failures, ${unplanned} unplanned; ${killed} of ${total} mutants killed\n`,
  )
  process.exitCode = failures === 0 && killed === total ? 0 : 1
} else {
  const again = reread(readFileSync(values.replay, 'utf8'))
  const why = await runCase(again)
  process.stdout.write(why === undefined ? 'no difference\n' : `${report(again, why)}\n`)
  process.exitCode = why === undefined ? 0 : 1
}
