import type { OperationRow } from '@lighthouse/contract/operation-row'
import { OPERATION_COLUMNS } from '@lighthouse/contract/operation-row'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { COLUMNS, type RecordedTable, VALUES } from '../../src/recorder/columns.js'
import { Lines } from '../../src/recorder/lines.js'
import { fetchRow } from '../rows.js'
import { readStatement } from './read-statement.js'

const row: OperationRow = {
  ts: 1_700_000_000_123,
  graph: 'main',
  operation: 'Validate',
  operation_hash: 'ab',
  type: 'mutation',
  client: 'web',
  client_version: '1',
  agent_id: 'agent-1',
  agent_role: 'AGENT',
  gateway_id: 'g1',
  duration_us: 1234,
  plan_us: 1,
  execute_us: 2,
  status: 'ok',
  http_status: 200,
  error_code: '',
  fetches: 1,
  bytes_out: 99,
  trace_id: '0123456789abcdef0123456789abcdef',
}
const written = (one: OperationRow) => {
  const lines = new Lines('operations')
  lines.add(one)
  return readStatement(lines.take().toString())
}

describe('lines', () => {
  it('are a statement that names every column of the contract once', ({ expect }) => {
    const { table, rows } = written(row)
    expect(table).toBe('operations')
    expect(rows).toEqual([row])
    expect(Object.keys(rows[0] ?? {}).sort()).toEqual([...OPERATION_COLUMNS].sort())
  })

  it('hold the values of a row in the order of its columns', ({ expect }) => {
    for (const table of Object.keys(COLUMNS) as RecordedTable[]) {
      const named = Object.fromEntries(Object.keys(COLUMNS[table]).map((name) => [name, name]))
      expect(VALUES[table](named as never)).toEqual(Object.keys(COLUMNS[table]))
    }
  })

  it('brings odd values into range, so that one row never costs a batch', ({ expect }) => {
    const odd = {
      ...row,
      duration_us: -5,
      plan_us: Number.NaN,
      execute_us: 1e12,
      fetches: 70_000,
      bytes_out: 1.6,
      client: `a\ud800b"\n`,
      agent_id: 'x'.repeat(5_000),
      trace_id: "'; drop table",
    }
    const parsed = written(odd).rows[0] as unknown as OperationRow
    expect(parsed).toMatchObject({ duration_us: 0, plan_us: 0, execute_us: 4_294_967_295, fetches: 65_535 })
    expect(parsed.bytes_out).toBe(2)
    expect(parsed.client).toBe('a\ufffdb"\n')
    expect(parsed.agent_id).toHaveLength(512)
    expect(parsed.trace_id).toBe('')
  })

  it('brings codes into range as well, and knows the next plain one by its own', ({ expect }) => {
    const lines = new Lines('fetches')
    for (const [retries, http_status] of [
      [300, Number.NaN],
      [1, 200],
      [-1, 70_000],
      [undefined as unknown as number, 502.4],
      [1, 200],
    ] as const)
      lines.add(fetchRow({ retries, http_status }))
    const { rows } = readStatement(lines.take().toString())
    expect(rows.map((one) => [one['retries'], one['http_status']])).toEqual([
      [255, 0],
      [1, 200],
      [0, 65_535],
      [0, 502],
      [1, 200],
    ])
  })

  it('are what JSON.stringify gives, whatever the rows and however many', ({ expect }) => {
    const text = fc.oneof(fc.constantFrom('', 'main', 'é"\n\\', '😀'), fc.string({ maxLength: 200 }))
    const whole = fc.oneof(fc.nat(12), fc.nat(1_000_001), fc.nat(0xffff_ffff))
    const rows = fc.array(
      fc.record({
        ...arbitrary(text, whole),
        trace_id: fc.stringMatching(/^[0-9a-f]{32}$/),
        ts: fc.maxSafeNat(),
      }),
      { minLength: 1, maxLength: 200 },
    )
    const lines = new Lines('operations')
    fc.assert(
      fc.property(rows, (some) => {
        for (const one of some) lines.add(one as OperationRow)
        expect(lines.rows).toBe(some.length)
        const statement = readStatement(lines.take().toString())
        expect(statement.rows).toEqual(some)
        expect(statement.lines).toEqual(statement.lines.map((one) => JSON.stringify(JSON.parse(one))))
      }),
    )
  })

  it.for(['operation', 'client'] as const)(
    'forget texts of %s when there are too many, and write on',
    (name, { expect }) => {
      const lines = new Lines('operations')
      for (let i = 0; i < 3_000; i += 1) lines.add({ ...row, [name]: `Text${i % 1_700}` })
      const { rows } = readStatement(lines.take().toString())
      expect(rows.map((one) => one[name])).toEqual(
        Array.from({ length: 3_000 }, (_, i) => `Text${i % 1_700}`),
      )
    },
  )
})

const WHOLE = ['duration_us', 'plan_us', 'execute_us', 'bytes_out'] as const
const TEXTS = OPERATION_COLUMNS.filter((name) => typeof row[name] === 'string')

/** An arbitrary for each column but the two that have their own. */
function arbitrary(text: fc.Arbitrary<string>, whole: fc.Arbitrary<number>) {
  return {
    ...Object.fromEntries(TEXTS.map((name) => [name, text])),
    ...Object.fromEntries(WHOLE.map((name) => [name, whole])),
    http_status: fc.nat(0xffff),
    fetches: fc.nat(0xffff),
  } as unknown as { [Column in keyof OperationRow]: fc.Arbitrary<OperationRow[Column]> }
}
