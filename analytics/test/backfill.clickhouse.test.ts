import { afterAll, beforeAll, describe, it } from 'vitest'
import { backfillDemo } from '../src/backfill.js'
import { rowsOf, type Running, startProcess, WRITER } from './process.js'

let running: Running
beforeAll(async () => {
  running = await startProcess()
})
afterAll(() => running[Symbol.asyncDispose]())

describe('the demo history', () => {
  it('fills the last minutes with rows that say that they are a demo, and nothing twice', async ({
    expect,
  }) => {
    const options = { url: running.addresses.clickhouse, ...WRITER, minutes: 61, now: Date.now() }
    const counts = await backfillDemo(options)
    expect(counts.operations).toBeGreaterThan(20_000)
    await backfillDemo(options)
    const client = running.client()
    const [found] = await rowsOf<Record<string, number>>(
      client,
      `SELECT (SELECT count() FROM obs.operations) AS operations, (SELECT count() FROM obs.fetches) AS fetches,
              (SELECT count() FROM obs.tiers) AS tiers, (SELECT sum(n) FROM obs.ops_1m) AS minutes,
              (SELECT countIf(client != 'demo') FROM obs.operations) AS unlabelled,
              (SELECT count() FROM obs.marks) AS marks,
              (SELECT uniqExact(toStartOfMinute(ts)) FROM obs.operations) AS filled`,
    )
    expect(found).toEqual({
      ...counts,
      minutes: counts.operations,
      unlabelled: 0,
      marks: found?.['marks'],
      filled: 61,
    })
    expect(found?.['marks']).toBeGreaterThanOrEqual(1)
    expect(found?.['marks']).toBeLessThanOrEqual(2)

    await backfillDemo({ ...options, now: options.now + 60_000 })
    const [later] = await rowsOf<{ filled: number }>(
      client,
      'SELECT uniqExact(toStartOfMinute(ts)) AS filled FROM obs.operations',
    )
    expect(later?.filled).toBe(62)
  })
})
