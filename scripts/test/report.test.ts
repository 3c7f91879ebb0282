import { describe, it } from 'vitest'
import { lastLine, settle } from '../report.mjs'

const vitest = (over: object = {}) =>
  JSON.stringify({
    numPassedTests: 3,
    numFailedTests: 0,
    numPendingTests: 1,
    numTodoTests: 0,
    testResults: [{ status: 'passed', assertionResults: [{ status: 'passed' }] }],
    ...over,
  })

const playwright = (over: object = {}) =>
  JSON.stringify({ stats: { expected: 2, unexpected: 0, flaky: 0, skipped: 0, ...over }, errors: [] })

describe('the sum of a test run', () => {
  it('counts what the reports say', ({ expect }) => {
    const pure = settle({ kind: 'vitest', text: vitest(), code: 0 })
    const browser = settle({ kind: 'playwright', text: playwright(), code: 0 })
    expect(lastLine([pure, browser])).toBe('5 passed, 0 failed, 1 skipped')
    expect(lastLine([browser])).toBe('2 passed, 0 failed')
  })

  it('fails a runner that wrote no report, or half of one', ({ expect }) => {
    expect(settle({ kind: 'vitest', text: '', code: 0 }).failed).toBe(1)
    expect(settle({ kind: 'vitest', text: '{"numPassedTests": 3', code: 0 }).failed).toBe(1)
    expect(settle({ kind: 'playwright', text: '{}', code: 0 }).failed).toBe(1)
  })

  it('fails a runner that ends with an error which no test explains', ({ expect }) => {
    expect(settle({ kind: 'vitest', text: vitest(), code: 1 })).toMatchObject({ passed: 3, failed: 1 })
    expect(settle({ kind: 'vitest', text: vitest({ numFailedTests: 2 }), code: 1 }).failed).toBe(2)
  })

  it('fails a suite in which nothing ran, unless it was filtered', ({ expect }) => {
    const text = vitest({ numPassedTests: 0, numPendingTests: 0, testResults: [] })
    expect(settle({ kind: 'vitest', text, code: 0 }).failed).toBe(1)
    expect(settle({ kind: 'vitest', text, code: 0, mayBeEmpty: true }).failed).toBe(0)
  })

  it('counts a file that did not load as a failure', ({ expect }) => {
    const text = vitest({ testResults: [{ status: 'failed', assertionResults: [] }] })
    expect(settle({ kind: 'vitest', text, code: 1 }).failed).toBe(1)
  })

  it('counts a test that passed only when repeated as a failure', ({ expect }) => {
    expect(settle({ kind: 'playwright', text: playwright({ flaky: 1 }), code: 0 }).failed).toBe(1)
  })

  it('counts each step of the check', ({ expect }) => {
    const text = JSON.stringify({ steps: [{ ok: true }, { ok: false }, { ok: true }] })
    expect(settle({ kind: 'check', text, code: 1 })).toEqual({ passed: 2, failed: 1, skipped: 0 })
  })
})
