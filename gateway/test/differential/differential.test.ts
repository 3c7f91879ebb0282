import { it } from 'vitest'
import { runSuite } from './run-suite.js'

// Every error of a generated resolver would otherwise carry a trace that nobody reads.
Error.stackTraceLimit = 0

it('[P-122] 10,000 generated operations over generated graphs are answered as graphql-js answers the one schema', async ({
  expect,
}) => {
  const { cases, reports } = await runSuite({
    cases: 10_000,
    seed: 2,
    reports: 1,
    stopsAtFailure: true,
  })
  expect(reports.join('\n')).toBe('')
  expect(cases).toBeGreaterThanOrEqual(10_000)
}, 240_000)
