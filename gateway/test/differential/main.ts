import { parseArgs } from 'node:util'
import { generateCase, generateGraph, report, runCase, shrink } from './run-case.js'

/** `npm run test:differential -w gateway -- --cases N --seed S [--json]`: as many cases as asked for, all failures. */
const CASES_A_GRAPH = 25
const SHOWN_FAILURES = 5

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
})
const total = Number(values.cases)
const first = Number(values.seed) * 1_000_003
let cases = 0
let failures = 0
for (let index = 0; cases < total; index += 1) {
  const graph = generateGraph(first + index)
  for (let one = 0; one < CASES_A_GRAPH && cases < total; one += 1) {
    cases += 1
    const generated = generateCase(graph, (first + index) * CASES_A_GRAPH + one)
    if ((await runCase(generated)) === undefined) continue
    failures += 1
    if (failures > SHOWN_FAILURES) continue
    const smallest = await shrink(generated)
    process.stderr.write(`${report(smallest, (await runCase(smallest)) ?? 'not reproducible')}\n\n----\n\n`)
  }
}
process.stdout.write(
  values.json ? `${JSON.stringify({ cases, failures })}\n` : `${cases} cases, ${failures} failures\n`,
)
process.exitCode = failures === 0 ? 0 : 1
