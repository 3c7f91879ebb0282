import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { describe, it, onTestFinished } from 'vitest'
import type { LogEvent } from '../src/event.js'
import { read } from '../src/read.js'
import { BATCH, type Plan, plannedInputs } from './crash-plan.js'
import { AGENT, openLog, tempDir } from './world.js'

/** LIGHTHOUSE_CRASH_ROUNDS=100 for the whole promise; fewer with every `npm test`. */
const ROUNDS = Number(process.env['LIGHTHOUSE_CRASH_ROUNDS'] ?? 20)
const WRITERS = 12
const SEED = 20_250_831

const writerPath = fileURLToPath(new URL('./crash-writer.ts', import.meta.url))

/** Starts a writer that waits for its plan. It is loaded while the round before it is examined. */
function startWriter(): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, ['--conditions=source', '--import', 'tsx', writerPath])
}

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Lets the writer run until it has told of `acks` events, kills it, and gives all that it told. */
async function runAndKill(writer: ChildProcessWithoutNullStreams, plan: Plan, acks: number) {
  const acked = new Map<string, number>()
  writer.stdin.write(`${JSON.stringify(plan)}\n`)
  const exited = once(writer, 'exit')
  for await (const line of createInterface({ input: writer.stdout })) {
    const [id, sequence] = line.split(' ')
    // What is cut off by the kill was not told.
    if (id !== undefined && sequence !== undefined) acked.set(id, Number(sequence))
    if (acked.size >= acks) writer.kill('SIGKILL')
  }
  const [, signal] = (await exited) as [number | null, string | null]
  return { acked, signal }
}

async function readAll(log: Parameters<typeof read>[0]): Promise<LogEvent[]> {
  const all: LogEvent[] = []
  for (;;) {
    const page = await read(log, { first: 1_000, after: all.length })
    all.push(...page.events)
    if (!page.hasMore) return all
  }
}

function byCorrelation(events: readonly LogEvent[]): Map<string, LogEvent[]> {
  const groups = new Map<string, LogEvent[]>()
  for (const event of events) {
    const name = event.correlationId ?? ''
    groups.set(name, [...(groups.get(name) ?? []), event])
  }
  return groups
}

describe('kill -9', () => {
  it(`[P-001] [P-002] loses nothing acknowledged, repeats nothing, splits no batch (${ROUNDS} kills)`, {
    timeout: 60_000 + ROUNDS * 10_000,
  }, async ({ expect }) => {
    const dir = tempDir()
    const random = numbers(SEED)
    const told = new Map<string, number>()
    let next = startWriter()
    onTestFinished(() => void next.kill('SIGKILL'))
    for (let round = 0; round < ROUNDS; round += 1) {
      const plan = { dir, round, writers: WRITERS }
      const { acked, signal } = await runAndKill(next, plan, 1 + Math.floor(random() * 1_500))
      next = startWriter()
      expect(signal).toBe('SIGKILL')
      for (const [id, sequence] of acked) told.set(id, sequence)

      await using opened = await openLog(dir)
      const events = await readAll(opened.log)
      expect(events.map((event) => event.sequence)).toEqual(events.map((_, at) => at + 1))
      const sequences = new Map(events.map((event) => [event.id, event.sequence]))
      expect(sequences.size).toBe(events.length)
      const lost = [...told].filter(([id, sequence]) => sequences.get(id) !== sequence)
      expect(lost).toEqual([])
      const batches = byCorrelation(events)
      const split = [...batches].filter(([name, batch]) => {
        const whole = Number(name.split('/')[1]) % 4 === 0 ? BATCH : 1
        return batch.length !== whole
      })
      expect(split).toEqual([])

      // A writer that did not hear the answer sends again; what was kept is not kept twice.
      const replays = [...batches.keys()].slice(-30).map((name) => {
        const [at = 0, writer = 0, turn = 0] = name.split('/').map(Number)
        return plannedInputs({ ...plan, round: at }, writer, turn)
      })
      await Promise.all(replays.map((inputs) => opened.appender.append(inputs, AGENT)))
      expect(opened.log.head).toBe(events.length)
    }
    expect(told.size).toBeGreaterThan(ROUNDS * 100)
  })
})
