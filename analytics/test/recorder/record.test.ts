import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { OperationRow } from '@lighthouse/contract/operation-row'
import { afterEach, beforeEach, describe, it } from 'vitest'
import { createRecorder, type RecorderOptions, SILENT } from '../../src/recorder/record.js'
import { eventually } from '../process.js'
import { operationRow, tierRow } from '../rows.js'
import { type FakeClickHouse, fakeClickHouse } from './fake-clickhouse.js'

let fake: FakeClickHouse
let spillDir: string
beforeEach(async () => {
  fake = await fakeClickHouse()
  spillDir = await mkdtemp(join(tmpdir(), 'lighthouse-spill-'))
})
afterEach(async () => {
  await fake[Symbol.asyncDispose]()
  await rm(spillDir, { recursive: true, force: true })
})

function recorder(own: Partial<RecorderOptions> = {}) {
  const base = { url: fake.url, user: 'u', password: 'p', source: 'test', flushMs: 100, spillDir }
  return createRecorder({ ...base, ...own })
}

const namesIn = (one: FakeClickHouse) =>
  one.arrived.flatMap(({ rows }) => rows.map(({ operation }) => operation))

describe('the recorder', () => {
  it('sends every row of each table, in order, in batches with a token of their own', async ({ expect }) => {
    const one = recorder({ flushRows: 100 })
    for (let i = 0; i < 250; i += 1) one.operation(operationRow({ operation: `Op${i}` }))
    one.tier(tierRow())
    await one[Symbol.asyncDispose]()
    expect(namesIn(fake).filter((name) => name !== undefined)).toEqual(
      Array.from({ length: 250 }, (_, i) => `Op${i}`),
    )
    expect(fake.arrived.map(({ table }) => table).sort()).toEqual([
      'operations',
      'operations',
      'operations',
      'tiers',
    ])
    expect(new Set(fake.arrived.map(({ token }) => token)).size).toBe(4)
    expect(one.counters()).toMatchObject({ acked: 251, dropped: 0, queuedBatches: 0 })
  })

  it('[P-137] sends a batch whose reply was lost again with the same token and the same bytes', async ({
    expect,
  }) => {
    fake.answer = () => (fake.arrived.length <= 3 ? undefined : 200)
    await using one = recorder()
    for (let i = 0; i < 10; i += 1) one.operation(operationRow({ operation: `Op${i}` }))
    await eventually(
      async () => one.counters(),
      ({ acked }) => acked === 10,
    )
    expect(fake.arrived.length).toBe(4)
    expect(new Set(fake.arrived.map(({ token }) => token)).size).toBe(1)
    expect(new Set(fake.arrived.map(({ body }) => body)).size).toBe(1)
    expect(one.counters()).toMatchObject({ failedSends: 3, spilledBatches: 1, queuedBatches: 0 })
    // The file goes after the acknowledgement was counted.
    await eventually(
      () => readdir(join(spillDir, 'test')),
      (files) => files.length === 0,
    )
  })

  it('[P-137] keeps what cannot be sent on disk, and the next process sends it first, in order, with the same tokens', async ({
    expect,
  }) => {
    fake.answer = () => 503
    const first = recorder()
    for (let i = 0; i < 3; i += 1) {
      first.operation(operationRow({ operation: `Op${i}` }))
      await eventually(
        async () => first.counters(),
        ({ queuedBatches }) => queuedBatches === i + 1,
      )
    }
    await first[Symbol.asyncDispose]()
    const tokens = [...new Set(fake.arrived.map(({ token }) => token))]
    const waiting = await readdir(join(spillDir, 'test'))
    expect(waiting).toHaveLength(3)

    fake.arrived.length = 0
    fake.answer = () => 200
    await using second = recorder()
    second.operation(operationRow({ operation: 'Op3' }))
    await eventually(
      async () => second.counters(),
      ({ acked }) => acked === 4,
    )
    expect(namesIn(fake)).toEqual(['Op0', 'Op1', 'Op2', 'Op3'])
    expect(fake.arrived[0]?.token).toBe(tokens[0])
    // What waited was packed; what goes out at once to this machine is not.
    expect(fake.arrived.map(({ encoding }) => encoding)).toEqual(['gzip', 'gzip', 'gzip', ''])
    expect(await readdir(join(spillDir, 'test'))).toEqual([])
  })

  it('packs what it sends to another machine', async ({ expect }) => {
    // The same server by a name that is not taken for this machine's.
    const one = recorder({ url: fake.url.replace('127.0.0.1', '[::ffff:127.0.0.1]') })
    one.operation(operationRow({ operation: 'Far' }))
    await one[Symbol.asyncDispose]()
    expect(fake.arrived.map(({ encoding }) => encoding)).toEqual(['gzip'])
    expect(namesIn(fake)).toEqual(['Far'])
  })

  it('drops the oldest batches and counts them when the disk bound is reached', async ({ expect }) => {
    fake.answer = () => 503
    const one = recorder({ spillLimitBytes: 2_000, flushRows: 1 })
    for (let i = 0; i < 20; i += 1) one.operation(operationRow({ operation: `Op${i}` }))
    await eventually(
      async () => one.counters(),
      (counters) => counters.queuedBatches + counters.overflowed === 20,
    )
    const { queuedBytes, queuedBatches, overflowed } = one.counters()
    expect(queuedBytes).toBeLessThanOrEqual(2_000)
    expect(overflowed).toBeGreaterThan(0)
    expect(overflowed + queuedBatches).toBe(20)
    await one[Symbol.asyncDispose]()
    expect((await readdir(join(spillDir, 'test'))).length).toBe(queuedBatches)
  })

  it('counts what does not fit its buffer, and never throws', async ({ expect }) => {
    const one = recorder({ bufferRows: 1_000 })
    for (let i = 0; i < 5_000; i += 1) one.operation(operationRow())
    for (const odd of [undefined, null, 7, 'row']) one.operation(odd as unknown as OperationRow)
    one.operation({} as OperationRow)
    expect(one.counters()).toMatchObject({ dropped: 4_005, recorded: { operations: 1_000 } })
    await one[Symbol.asyncDispose]()
    expect(one.counters().acked).toBe(1_000)
    one.operation(operationRow())
    expect(one.counters().dropped).toBe(4_006)
  })

  it('lets go of a batch that ClickHouse refuses for its contents, and goes on', async ({ expect }) => {
    fake.answer = () => (fake.arrived.length === 1 ? 400 : 200)
    const warnings: string[] = []
    await using one = recorder({ onWarning: (message) => warnings.push(message) })
    one.operation(operationRow({ operation: 'bad' }))
    await eventually(
      async () => one.counters(),
      ({ refused }) => refused === 1,
    )
    one.operation(operationRow({ operation: 'good' }))
    await eventually(
      async () => one.counters(),
      ({ acked }) => acked === 1,
    )
    expect(warnings).toEqual([expect.stringContaining('refused 1 rows of operations')])
  })

  it('ends within its grace although ClickHouse hangs', async ({ expect }) => {
    fake.answer = () => new Promise(() => undefined)
    const one = recorder()
    one.operation(operationRow())
    const start = performance.now()
    await one[Symbol.asyncDispose]()
    expect(performance.now() - start).toBeLessThan(4_000)
    expect(await readdir(join(spillDir, 'test'))).toHaveLength(1)
  })

  it('notes store for a walked trace, from the taking of its operation row to the reply', async ({
    expect,
  }) => {
    await using one = recorder()
    const trace_id = 'b'.repeat(32)
    const startUs = Date.now() * 1_000
    one.stop({
      ts: Date.now(),
      trace_id,
      stop: 'receive',
      process: 'test',
      start_us: startUs,
      duration_us: 5,
    })
    one.operation(operationRow({ trace_id }))
    one.operation(operationRow())
    await eventually(
      async () => fake.arrived.flatMap(({ table, rows }) => (table === 'stops' ? rows : [])),
      (rows) => rows.length === 2,
    )
    const [, store] = fake.arrived.flatMap(({ table, rows }) => (table === 'stops' ? rows : []))
    expect(store).toMatchObject({ trace_id, stop: 'store', process: 'test' })
    expect(store?.['start_us']).toBeGreaterThanOrEqual(startUs)
    expect(store?.['duration_us']).toBeGreaterThan(50_000)
  })

  it('counts what comes after its end as dropped', async ({ expect }) => {
    const one = recorder()
    one.operation(operationRow())
    await one[Symbol.asyncDispose]()
    for (let i = 0; i < 300; i += 1) one.operation(operationRow())
    one.tier(tierRow())
    expect(one.counters()).toMatchObject({ dropped: 301, recorded: { operations: 1, tiers: 0 } })
  })

  it('has a silent twin that takes everything and keeps nothing', async ({ expect }) => {
    SILENT.operation(operationRow())
    expect(SILENT.counters()).toMatchObject({ dropped: 0, recorded: { operations: 0 } })
    await SILENT[Symbol.asyncDispose]()
  })
})
