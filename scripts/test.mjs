/**
 * `npm test`: installs what is missing, builds, runs the check and every suite one after the other, and ends with one
 * line that is summed from the runners' own reports. Exit code 1 when anything failed.
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { bin, build, install, installOpa, installPrograms, ROOT } from './prepare.mjs'
import { lastLine, NOTHING, settle } from './report.mjs'
import { run } from './run.mjs'

const REPORTS = join(ROOT, '.reports')
/** CI gives fifteen minutes to all of it. A suite may take six, and what is left when it starts. */
const BUDGET_MS = 14.5 * 60_000
const SUITE_MS = 6 * 60_000

const vitest = (name) => ({
  name,
  kind: 'vitest',
  command: (only) => [
    bin('vitest'),
    'run',
    `--project=${name}`,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${join(REPORTS, `${name}.json`)}`,
    '--passWithNoTests',
    ...only,
  ],
})

/** In this order: what is quick and blames best comes first. */
const SUITES = [
  {
    name: 'check',
    kind: 'check',
    command: () => [process.execPath, 'scripts/check.mjs', '--all', '--report', join(REPORTS, 'check.json')],
  },
  vitest('pure'),
  vitest('redis'),
  vitest('clickhouse'),
  vitest('fuse'),
  vitest('e2e'),
  {
    name: 'browser',
    kind: 'playwright',
    command: (only) => [
      bin('playwright'),
      'test',
      '-c',
      'web/playwright.config.ts',
      '--reporter=list,json',
      ...only,
    ],
  },
  // Last: opa may still be building until then.
  vitest('opa'),
]

const NAMES = SUITES.map((suite) => suite.name)

const USAGE = `npm test [-- --project pure,e2e] [--only PATTERN] [--json]

  --project a,b   run these suites only: ${NAMES.join(', ')}
  --only PATTERN  of the suites with test files, run the files whose path contains PATTERN (and not the check)
  --json          end with one JSON object instead of the line "N passed, N failed"
`

function options() {
  const { values } = parseArgs({
    options: {
      project: { type: 'string' },
      only: { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const projects = values.project?.split(',') ?? NAMES
  const unknown = projects.find((name) => !NAMES.includes(name))
  if (unknown !== undefined) throw new Error(`There is no suite "${unknown}".\n\n${USAGE}`)
  return { ...values, projects }
}

/** What tests must not inherit: where the developer's own instance is. */
function environment() {
  const env = {
    ...process.env,
    PLAYWRIGHT_JSON_OUTPUT_NAME: join(REPORTS, 'browser.json'),
    NO_COLOR: '1',
    TEST_BUILT: '1',
  }
  for (const name of Object.keys(env)) if (name.startsWith('LIGHTHOUSE_')) delete env[name]
  return env
}

async function runSuite(suite, only) {
  const report = join(REPORTS, `${suite.name}.json`)
  process.stdout.write(`\n── ${suite.name} ──\n`)
  const { code, ms } = await run(suite.command(only === undefined ? [] : [only]), {
    cwd: ROOT,
    env: environment(),
    limitMs: Math.max(1, Math.min(SUITE_MS, BUDGET_MS - performance.now())),
    onOutput: (text) => process.stdout.write(text),
  })
  const text = existsSync(report) ? readFileSync(report, 'utf8') : ''
  const counts = settle({ kind: suite.kind, text, code, mayBeEmpty: only !== undefined })
  return { name: suite.name, ms, ...counts }
}

function summary(results) {
  const lines = results.map(({ name, passed, failed, skipped, ms, why }) => {
    const counts = `${passed} passed, ${failed} failed, ${skipped} skipped`
    return `${name.padEnd(11)} ${`${(ms / 1000).toFixed(1)} s`.padStart(8)}  ${counts}${why === undefined ? '' : `  (${why})`}`
  })
  return `\n${lines.join('\n')}\n\n`
}

async function main() {
  const { projects, only, json, help } = options()
  if (help) {
    process.stdout.write(USAGE)
    return
  }
  install()
  installPrograms()
  build()
  const opa = projects.includes('opa') ? installOpa() : undefined
  rmSync(REPORTS, { recursive: true, force: true })
  mkdirSync(REPORTS, { recursive: true })
  const results = []
  for (const suite of SUITES) {
    if (!projects.includes(suite.name) || (only !== undefined && suite.kind === 'check')) continue
    if (suite.name === 'opa') await opa
    results.push(await runSuite(suite, only))
  }
  const isEmpty = results.every(({ passed, failed, skipped }) => passed + failed + skipped === 0)
  if (isEmpty) results.push({ name: 'all', ms: 0, ...NOTHING, failed: 1, why: 'no test was found' })
  process.stdout.write(summary(results))
  process.stdout.write(
    `${json ? JSON.stringify({ line: lastLine(results), suites: results }) : lastLine(results)}\n`,
  )
  if (results.some(({ failed }) => failed > 0)) process.exitCode = 1
}

try {
  await main()
} catch (error) {
  process.stderr.write(`${error.message}\n`)
  process.stdout.write('0 passed, 1 failed\n')
  process.exitCode = 1
}
