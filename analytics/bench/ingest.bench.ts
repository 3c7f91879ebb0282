import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { OperationRow } from '@lighthouse/contract/operation-row'
import { createRecorder, type Recorder } from '../src/recorder/record.js'
import { spawnAnalytics } from '../src/spawn.js'

/**
 * What recording costs the caller, and how many rows a second go through recorder, door and chDB into the raw table and
 * its three roll-ups. `--json` prints one object.
 */
const ROWS = 200_000
const SLICE = 2_000
const SLICES = 60

const row = (i: number): OperationRow => ({
  ts: Date.now(),
  graph: 'main',
  operation: `Operation${i % 20}`,
  operation_hash: '9f86d081884c7d65',
  type: 'mutation',
  client: 'bench',
  client_version: '1.0.0',
  agent_id: `agent-${i % 200}`,
  agent_role: 'AGENT',
  gateway_id: 'gateway-1',
  duration_us: 500 + ((i * 7_919) % 20_000),
  plan_us: 30,
  execute_us: 400,
  status: i % 200 === 0 ? 'timeout' : 'ok',
  http_status: 200,
  error_code: '',
  fetches: 2,
  bytes_out: 420,
  trace_id: i.toString(16).padStart(32, '0'),
})

interface Spread {
  readonly median: number
  readonly p10: number
  readonly p90: number
}

function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (p: number): number => Math.round(sorted[Math.floor(p * (sorted.length - 1))] ?? 0)
  return { median: at(0.5), p10: at(0.1), p90: at(0.9) }
}

/** Nanoseconds a call in slices, beside an empty function that is called in turns (A B A B). */
async function callCost(recorder: Recorder): Promise<{ record: Spread; empty: Spread }> {
  const rows = Array.from({ length: SLICE }, (_, i) => row(i))
  let kept = 0
  const empty = (one: OperationRow): void => {
    kept += one.duration_us & 1
  }
  const nsOf = (work: (one: OperationRow) => void): number => {
    const start = process.hrtime.bigint()
    for (const one of rows) work(one)
    return Number(process.hrtime.bigint() - start) / SLICE
  }
  const times = { record: [] as number[], empty: [] as number[] }
  for (let i = 0; i < SLICES; i += 1) {
    times.record.push(nsOf((one) => recorder.operation(one)))
    times.empty.push(nsOf(empty))
    await sleep(120)
  }
  if (kept < 0) throw new Error('unreachable')
  return { record: spreadOf(times.record), empty: spreadOf(times.empty) }
}

async function throughput(recorder: Recorder) {
  const before = recorder.counters().acked
  const cpu = process.cpuUsage()
  const start = performance.now()
  for (let i = 0; i < ROWS; i += 1) {
    recorder.operation(row(i))
    // Stays below the bound of the buffer: what is measured is the way, not the dropping.
    if (i % 10_000 === 9_999) while (i + 1 - (recorder.counters().acked - before) > 40_000) await sleep(5)
  }
  while (recorder.counters().acked - before < ROWS) await sleep(5)
  const seconds = (performance.now() - start) / 1_000
  const { user, system } = process.cpuUsage(cpu)
  return {
    rows: ROWS,
    rowsPerSecond: Math.round(ROWS / seconds),
    recorderCpuUsPerRow: Number(((user + system) / ROWS).toFixed(2)),
    dropped: recorder.counters().dropped,
  }
}

const dataDir = await mkdtemp(join(tmpdir(), 'lighthouse-bench-'))
const writer = { user: 'writer', password: 'bench' }
const secrets = { gatewaySecret: 'bench', tapSecret: 'bench' }
const analytics = await spawnAnalytics({
  dataDir,
  ...secrets,
  writer,
  analyst: { user: 'analyst', password: 'bench' },
})
const { clickhouse, tap } = analytics
const recorder = createRecorder({
  ...writer,
  url: clickhouse,
  tapUrl: tap,
  tapSecret: 'bench',
  source: 'bench',
})

const nsPerCall = await callCost(recorder)
// What the calls above recorded is not counted below.
while (recorder.counters().acked < SLICE * SLICES) await sleep(20)
const ingest = await throughput(recorder)
const counts = await fetch(`${clickhouse}/?query=SELECT+count()+FROM+obs.operations`, {
  headers: { 'x-clickhouse-user': writer.user, 'x-clickhouse-key': writer.password },
})
const page = await (await fetch(new URL('/metrics', analytics.graphql))).text()
const report = {
  nsPerCall,
  ingest,
  rowsInTable: Number(await counts.text()),
  analyticsRssMb: Math.round(Number(/resident_bytes (\d+)/.exec(page)?.[1]) / 1_048_576),
}
await recorder[Symbol.asyncDispose]()
await analytics[Symbol.asyncDispose]()
await rm(dataDir, { recursive: true, force: true })

if (process.argv.includes('--json')) console.log(JSON.stringify(report))
else console.dir(report, { depth: 4 })
