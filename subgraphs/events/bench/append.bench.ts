import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createAppender } from '../src/append.js'
import { openLmdbLog } from '../src/log/lmdb.js'
import { createTail } from '../src/tail.js'

/**
 * Durable appends: writers that each wait for the acknowledgement (synced to disk) before the next. Flags: --json,
 * --writers N, --seconds S, --dir D (put it on the disk that counts; the default is the system's folder for temporary files).
 */
const { values } = parseArgs({
  options: {
    json: { type: 'boolean' },
    writers: { type: 'string', default: '64' },
    seconds: { type: 'string', default: '5' },
    dir: { type: 'string', default: tmpdir() },
  },
})

interface Result {
  readonly writers: number
  readonly batch: number
  readonly eventsPerSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly events: number
}

async function measure(writers: number, batch: number, seconds: number): Promise<Result> {
  const dir = mkdtempSync(join(values.dir, 'lighthouse-bench-'))
  const log = await openLmdbLog({ dir })
  const appender = createAppender({ log, tail: createTail(log.head) })
  const by = { agentId: 'bench', role: 'AGENT', keyId: 'bench' } as const
  const data = { command: 'npm test', cwd: '/work/project', note: 'x'.repeat(300) }
  const took: number[] = []
  const run = async (until: number, kept: number[] | undefined) => {
    await Promise.all(
      Array.from({ length: writers }, async (_, writer) => {
        for (let turn = 0; performance.now() < until; turn += 1) {
          const aggregateId = `run-${writer}-${turn}`
          const inputs = Array.from({ length: batch }, () => ({
            type: 'COMMAND_EXECUTED',
            aggregateId,
            data,
          }))
          const start = performance.now()
          await appender.append(inputs, by)
          kept?.push(performance.now() - start)
        }
      }),
    )
  }
  await run(performance.now() + 1_000, undefined)
  const start = performance.now()
  await run(start + seconds * 1_000, took)
  const elapsed = (performance.now() - start) / 1_000
  await log[Symbol.asyncDispose]()
  rmSync(dir, { recursive: true, force: true })
  took.sort((a, b) => a - b)
  const at = (p: number) => Number((took[Math.floor(p * (took.length - 1))] ?? Number.NaN).toFixed(3))
  const events = took.length * batch
  return {
    writers,
    batch,
    eventsPerSecond: Math.round(events / elapsed),
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    events,
  }
}

const writers = Number(values.writers)
const seconds = Number(values.seconds)
const results: Result[] = []
for (const [count, batch] of [
  [1, 1],
  [writers, 1],
  [writers, 100],
] as const) {
  results.push(await measure(count, batch, seconds))
}
if (values.json === true) console.log(JSON.stringify({ bench: 'append', node: process.version, results }))
else console.table(results)
