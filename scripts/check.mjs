/**
 * `npm run check`: everything that can be said about the repository without running the product. Stops at the first
 * step that fails, unless --all. Exit code 0 when every step passed.
 */
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { CHECK_STEPS } from './check-steps.mjs'
import { ROOT } from './prepare.mjs'
import { run } from './run.mjs'

const NAMES = CHECK_STEPS.map((step) => step.name)

const USAGE = `npm run check [-- --only lint,types] [--all] [--json]

  --only a,b     run these steps only: ${NAMES.join(', ')}
  --all          go on after a step that failed
  --json         one JSON object on stdout instead of text
  --report FILE  the same object in a file, beside the text
`

const seconds = (ms) => `${(ms / 1000).toFixed(1)} s`

function options() {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      all: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      report: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  const only = values.only?.split(',') ?? NAMES
  const unknown = only.find((name) => !NAMES.includes(name))
  if (unknown !== undefined) throw new Error(`There is no step "${unknown}".\n\n${USAGE}`)
  return { ...values, only }
}

async function runStep(step) {
  const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1', NO_COLOR: '1' }
  let ms = 0
  for (const command of step.commands()) {
    const done = await run(command, { cwd: ROOT, env })
    ms += done.ms
    if (done.code !== 0)
      return { name: step.name, ok: false, ms, output: done.output.trim(), reproduce: command.join(' ') }
  }
  return { name: step.name, ok: true, ms }
}

/** Runs the steps that were asked for; `say` sees the text as it comes. */
async function runSteps({ only, all }, say) {
  const results = []
  for (const step of CHECK_STEPS.filter(({ name }) => only.includes(name))) {
    say(`${step.name.padEnd(10)} `)
    const result = await runStep(step)
    results.push(result)
    say(`${result.ok ? 'ok    ' : 'FAILED'} ${seconds(result.ms)}\n`)
    if (result.ok) continue
    const { output, reproduce } = result
    say(`\n${output}\n\n${step.name} failed. Again: ${reproduce}\nHint:  ${step.fix}\n\n`)
    if (!all) break
  }
  return results
}

async function main() {
  const asked = options()
  if (asked.help) {
    process.stdout.write(USAGE)
    return
  }
  const say = (text) => {
    if (!asked.json) process.stdout.write(text)
  }
  const steps = await runSteps(asked, say)
  const failed = steps.filter((step) => !step.ok).map((step) => step.name)
  const ms = steps.reduce((sum, step) => sum + step.ms, 0)
  const report = JSON.stringify({ ok: failed.length === 0, ms, steps })
  if (asked.json) process.stdout.write(`${report}\n`)
  if (asked.report !== undefined) writeFileSync(asked.report, report)
  say(failed.length === 0 ? `check passed in ${seconds(ms)}\n` : `check failed: ${failed.join(', ')}\n`)
  process.exitCode = failed.length === 0 ? 0 : 1
}

try {
  await main()
} catch (error) {
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
