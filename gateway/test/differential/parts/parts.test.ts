import { it } from 'vitest'
import { runSuite } from '../run-suite.js'
import { partsTrial } from './run-parts.js'

// Every error of a generated resolver would otherwise carry a trace that nobody reads.
Error.stackTraceLimit = 0

it('[P-125] 1,500 generated operations with deferred fragments are answered in parts as graphql-js answers each apart', async ({
  expect,
}) => {
  const { trial, tally } = partsTrial()
  const options = { trial, cases: 1_500, seed: 3, reports: 1, stopsAtFailure: true }
  const { cases, reports } = await runSuite(options)
  expect(reports.join('\n')).toBe('')
  // It is about something: most come in parts, and half of all deferred fragments could be planned apart.
  expect(tally.deferred).toBeGreaterThan(cases / 2)
  expect(tally.apart).toBeGreaterThan(tally.fragments / 2)
}, 240_000)
