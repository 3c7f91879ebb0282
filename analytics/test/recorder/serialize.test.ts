import type { OperationRow } from '@lighthouse/contract/operation-row'
import { OPERATION_COLUMNS } from '@lighthouse/contract/operation-row'
import { describe, it } from 'vitest'
import { serializer } from '../../src/recorder/serialize.js'

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
const line = serializer('operations')

describe('serializer', () => {
  it('writes every column of the contract once, as one line of JSON', ({ expect }) => {
    const text = line(row)
    expect(text.endsWith('}\n')).toBe(true)
    expect(text.indexOf('\n')).toBe(text.length - 1)
    expect(JSON.parse(text)).toEqual(row)
    expect(Object.keys(JSON.parse(text) as object)).toEqual([...OPERATION_COLUMNS])
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
    const parsed = JSON.parse(line(odd)) as OperationRow
    expect(parsed).toMatchObject({ duration_us: 0, plan_us: 0, execute_us: 4_294_967_295, fetches: 65_535 })
    expect(parsed.bytes_out).toBe(2)
    expect(parsed.client).toBe('a\ufffdb"\n')
    expect(parsed.agent_id).toHaveLength(512)
    expect(parsed.trace_id).toBe('')
  })
})
