import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { report, reread, runCase } from './run-case.js'
import { runSuite } from './run-suite.js'

/**
 * `npm run test:differential -w gateway -- --cases N --seed S [--json]`: as many cases as asked for, all failures.
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
  const { cases, failures, reports } = await runSuite(options)
  for (const one of reports) process.stderr.write(`${one}\n\n----\n\n`)
  process.stdout.write(
    values.json ? `${JSON.stringify({ cases, failures })}\n` : `${cases} cases, ${failures} failures\n`,
  )
  process.exitCode = failures === 0 ? 0 : 1
} else {
  const again = reread(readFileSync(values.replay, 'utf8'))
  const why = await runCase(again)
  process.stdout.write(why === undefined ? 'no difference\n' : `${report(again, why)}\n`)
  process.exitCode = why === undefined ? 0 : 1
}
