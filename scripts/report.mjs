/** Counts of one suite. `failed` also counts what no test can say: a runner that crashed, a file that did not load. */
export const NOTHING = { passed: 0, failed: 0, skipped: 0 }

/** Reads vitest's JSON report. A file that failed without a failed test in it (it did not load) counts once. */
export function countVitest(report) {
  const unloaded = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  )
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloaded.length,
    skipped: report.numPendingTests + report.numTodoTests,
  }
}

/** Reads Playwright's JSON report. A test that passed only when repeated is a failure: it proves nothing. */
export function countPlaywright(report) {
  const { expected, unexpected, flaky, skipped } = report.stats
  return { passed: expected, failed: unexpected + flaky + report.errors.length, skipped }
}

/** Reads the JSON of `npm run check -- --all`: one a step. */
export function countCheck(report) {
  const failed = report.steps.filter((step) => !step.ok).length
  return { passed: report.steps.length - failed, failed, skipped: 0 }
}

const COUNTERS = { vitest: countVitest, playwright: countPlaywright, check: countCheck }

/**
 * The counts of one run: what its report says, and one failure more when the report is missing, when the runner ended
 * with an error that no test explains, or when nothing ran where something must.
 */
export function settle({ kind, text, code, mayBeEmpty = false }) {
  let counts = NOTHING
  let why
  try {
    counts = COUNTERS[kind](JSON.parse(text))
  } catch {
    return { ...NOTHING, failed: 1, why: 'the runner wrote no report' }
  }
  if (code !== 0 && counts.failed === 0) why = `the runner ended with ${code} though no test failed`
  else if (counts.passed + counts.failed + counts.skipped === 0 && !mayBeEmpty) why = 'no test was found'
  return why === undefined ? counts : { ...counts, failed: counts.failed + 1, why }
}

/** The last line of a run: `12 passed, 0 failed`, and `, 3 skipped` when there were any. */
export function lastLine(all) {
  const sum = { ...NOTHING }
  for (const { passed, failed, skipped } of all) {
    sum.passed += passed
    sum.failed += failed
    sum.skipped += skipped
  }
  return `${sum.passed} passed, ${sum.failed} failed${sum.skipped > 0 ? `, ${sum.skipped} skipped` : ''}`
}
