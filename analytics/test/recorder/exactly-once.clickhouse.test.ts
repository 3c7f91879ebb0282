import { afterAll, beforeAll, describe, it } from 'vitest'
import { exactlyOnce } from '../../src/queries/insert.js'
import { Lines } from '../../src/recorder/lines.js'
import { eventually, rowsOf, type Running, startProcess, WRITER } from '../process.js'
import { fetchRow, operationRow, tierRow } from '../rows.js'

let running: Running
beforeAll(async () => {
  running = await startProcess()
})
afterAll(() => running[Symbol.asyncDispose]())

interface Counts {
  raw: number
  seconds: number
  minutes: number
  hours: number
  buckets: number
}

async function countsOf(operation: string): Promise<Counts | undefined> {
  const client = running.client()
  const where = `WHERE operation = '${operation}'`
  const [row] = await rowsOf<Counts>(
    client,
    `SELECT (SELECT count() FROM obs.operations ${where}) AS raw, (SELECT sum(n) FROM obs.ops_1s ${where}) AS seconds,
            (SELECT sum(n) FROM obs.ops_1m ${where}) AS minutes, (SELECT sum(n) FROM obs.ops_1h ${where}) AS hours,
            (SELECT arraySum(mapValues(sumMap(hist))) FROM obs.ops_1h ${where}) AS buckets`,
  ).catch(() => [])
  return row
}

const all = (n: number): Counts => ({ raw: n, seconds: n, minutes: n, hours: n, buckets: n })

function linesOf(rows: number, operation: string): string {
  const lines = new Lines('operations')
  for (let i = 0; i < rows; i += 1) lines.add(operationRow({ operation, duration_us: i + 1 }))
  return lines.take().toString()
}

// Each death costs a start of the engine, which a busy machine draws out.
describe('exactly once', { timeout: 90_000 }, () => {
  it('[P-137] a batch that is inserted three times counts once, raw and in every roll-up', async ({
    expect,
  }) => {
    const body = linesOf(1_000, 'Twice')
    const url = new URL(running.addresses.clickhouse)
    for (const [key, value] of Object.entries(exactlyOnce('twice-1'))) url.searchParams.set(key, value)
    const headers = { 'x-clickhouse-user': WRITER.user, 'x-clickhouse-key': WRITER.password }
    for (let i = 0; i < 3; i += 1) {
      const answer = await fetch(url, { method: 'POST', headers, body })
      expect([answer.status, await answer.text()]).toEqual([200, ''])
    }
    expect(await countsOf('Twice')).toEqual(all(1_000))
    url.searchParams.set('insert_deduplication_token', 'twice-2')
    await fetch(url, { method: 'POST', headers, body })
    expect(await countsOf('Twice')).toEqual(all(2_000))
  })

  it('[P-137] a batch counts once whatever the moment of its insert at which the engine dies', async ({
    expect,
  }) => {
    const rows = 10_000
    for (const [round, afterMs] of [10, 40, 100].entries()) {
      const operation = `Dies${round}`
      const body = linesOf(rows, operation)
      const url = new URL(running.addresses.clickhouse)
      for (const [key, value] of Object.entries(exactlyOnce(`dies-${round}`)))
        url.searchParams.set(key, value)
      const headers = { 'x-clickhouse-user': WRITER.user, 'x-clickhouse-key': WRITER.password }
      const send = () => fetch(url, { method: 'POST', headers, body }).then((answer) => answer.status)
      const cut = send().catch(() => 0)
      await new Promise((resolve) => setTimeout(resolve, afterMs))
      await running.kill()
      await cut
      await running.again()
      expect(await send()).toBe(200)
      expect(await countsOf(operation), `killed after ${afterMs} ms`).toEqual(all(rows))
    }
  })

  it('[P-094] a row is visible within 5 s of its operation, at the default batch age', async ({ expect }) => {
    const client = running.client()
    await using recorder = running.recorder({ source: 'fresh', flushMs: 1_000 })
    const start = performance.now()
    recorder.operation(operationRow({ operation: 'Fresh' }))
    recorder.fetch(fetchRow({ operation: 'Fresh' }))
    recorder.tier(tierRow({ trace_id: 'f'.repeat(32) }))
    await eventually(
      () =>
        rowsOf<{ n: number }>(
          client,
          `SELECT (SELECT count() FROM obs.operations WHERE operation = 'Fresh')
                + (SELECT count() FROM obs.fetches WHERE operation = 'Fresh')
                + (SELECT count() FROM obs.tiers WHERE trace_id = repeat('f', 32)) AS n`,
        ),
      ([row]) => row?.n === 3,
    )
    expect(performance.now() - start).toBeLessThan(5_000)
    expect(await countsOf('Fresh')).toEqual(all(1))
  })

  it('[P-094] [P-134] loses no row at 5,000 operations a second', async ({ expect }) => {
    const recorder = running.recorder({ source: 'steady', flushMs: 1_000 })
    const total = 15_000
    const start = performance.now()
    for (let sent = 0; sent < total; ) {
      const due = Math.min(total, Math.floor((performance.now() - start) * 5))
      for (; sent < due; sent += 1) {
        recorder.operation(operationRow({ operation: 'Steady' }))
        recorder.fetch(fetchRow({ operation: 'Steady' }))
        recorder.tier(tierRow({ agent_id: 'steady' }))
      }
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    await eventually(
      async () => recorder.counters(),
      ({ acked }) => acked === 3 * total,
      20_000,
    )
    expect(recorder.counters()).toMatchObject({ dropped: 0, overflowed: 0, refused: 0 })
    expect(await countsOf('Steady')).toEqual(all(total))
  })

  it('[P-137] killing analytics in the middle of the rows and seconds of absence change no count', async ({
    expect,
  }) => {
    const recorder = running.recorder({ source: 'killed', flushRows: 200 })
    const rows = 6_000
    for (let i = 0; i < rows; i += 1) {
      recorder.operation(operationRow({ operation: 'Killed', duration_us: i + 1 }))
      if (i % 100 === 0) await new Promise((resolve) => setTimeout(resolve, 10))
      if (i === 2_000) await running.kill()
      if (i === 4_000) {
        await eventually(
          async () => recorder.counters(),
          ({ spilledBatches }) => spilledBatches > 2,
        )
        await running.again()
      }
    }
    await eventually(
      async () => recorder.counters(),
      ({ acked }) => acked === rows,
      20_000,
    )
    expect(await countsOf('Killed')).toEqual(all(rows))
    expect(recorder.counters()).toMatchObject({ dropped: 0, overflowed: 0, refused: 0, queuedBatches: 0 })
  })
})
