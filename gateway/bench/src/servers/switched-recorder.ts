import { createRecorder, type Recorder, SILENT } from '@lighthouse/analytics/recorder/record'
import { LIVE_FLUSH_MS } from '@lighthouse/contract/live-frame'
import type { OperationRow } from '@lighthouse/contract/operation-row'
import { setTimeout as wait } from 'node:timers/promises'

/** What is told at a switch, of all until then. */
export interface Switched {
  readonly cpuUs: number
  /** Time inside the recorder's calls while it was `timed`, or inside those of one that does nothing: `clocked`. */
  readonly insideUs: number
  readonly recorded: number
  readonly acked: number
  /** Not taken, or lost later. */
  readonly lost: number
}

/** What a process that only takes rows, so many a second, spends. */
export interface Idled {
  readonly cpuUs: number
  readonly ms: number
  readonly frames: number
}

export interface Idling {
  readonly kind: 'frames'
  readonly perSecond: number
  /** Live frames are sent. */
  readonly isTapped: boolean
}

type Rows = Pick<Recorder, 'operation' | 'fetch' | 'stop'>

const STATES = ['on', 'off', 'timed', 'clocked'] as const
export type State = (typeof STATES)[number]

/** Rows wait so long that a second of them can be sent apart from what recorded them. */
const FLUSH_MS = 4_000
/** Batches are sealed by age alone: one that is full would be packed and sent in the block that filled it. */
const FLUSH_ROWS = 65_000
/** The engine or another process took the core meanwhile; the dearest call, which writes many rows, takes a fifth of it. */
const INTERRUPTED_MS = 0.5

/** Operations whose rows are kept to be taken again. */
const KEPT_ROWS = 1_000
const IDLED_MS = 1_500
/** Until a connection stands and the first acknowledgement came. */
const IDLE_FROM_MS = 700
const LONG_MS = 600_000

/** The gateway's recorder, which can be switched while it runs: the process is the same, so is its compiled code. */
export function switchedRecorder(url: string) {
  const target = { url, user: 'bench', password: '', source: 'bench', flushRows: FLUSH_ROWS }
  const tapUrl = `${url.replace('http:', 'ws:')}/tap`
  const recording = createRecorder({ ...target, tapUrl, flushMs: FLUSH_MS })
  const kept: OperationRow[] = []
  const inside = { ms: 0 }
  const states = {
    on: recording,
    off: SILENT,
    timed: timed(recording, inside),
    clocked: timed(SILENT, inside),
  } as const
  let current: Rows = recording
  return {
    recorder: {
      operation: (row) => {
        current.operation(row)
        if (kept.length < KEPT_ROWS) kept.push(row)
      },
      fetch: (row) => current.fetch(row),
      stop: (row) => current.stop(row),
    } satisfies Rows,
    handle(message: { readonly kind: string } | Idling): Switched | Promise<Idled> {
      if ('perSecond' in message)
        return idle({ ...target, ...(message.isTapped ? { tapUrl } : {}) }, kept, message.perSecond)
      const { kind } = message
      const wasTimed = current === states.timed || current === states.clocked
      const next = STATES.find((state) => kind === `telemetry ${state}`)
      if (next !== undefined) current = states[next]
      const { user, system } = process.cpuUsage()
      // Rows that wait are written when they are counted.
      const from = performance.now()
      const { recorded, acked, dropped, overflowed, refused } = recording.counters()
      if (wasTimed) inside.ms += performance.now() - from
      const rows = Object.values(recorded).reduce((sum, count) => sum + count, 0)
      const lost = dropped + overflowed + refused
      return { cpuUs: user + system, insideUs: inside.ms * 1_000, recorded: rows, acked, lost }
    },
  }
}

/** Takes rows as they come in a gateway, in a process that does nothing else. */
async function idle(
  target: Parameters<typeof createRecorder>[0],
  rows: readonly OperationRow[],
  perSecond: number,
): Promise<Idled> {
  await using recorder = createRecorder({ ...target, flushMs: LONG_MS })
  let nth = 0
  const feeding = setInterval(() => {
    for (let left = (perSecond * LIVE_FLUSH_MS) / 1_000; left > 0; left--)
      recorder.operation(rows[nth++ % rows.length] as OperationRow)
  }, LIVE_FLUSH_MS)
  await wait(IDLE_FROM_MS)
  const [from, at, framesBefore] = [process.cpuUsage(), performance.now(), recorder.counters().framesSent]
  await wait(IDLED_MS)
  const { user, system } = process.cpuUsage(from)
  const ms = performance.now() - at
  const frames = recorder.counters().framesSent - framesBefore
  clearInterval(feeding)
  return { cpuUs: user + system, ms, frames }
}

/** The same recorder with a clock around each call. */
function timed(recording: Rows, inside: { ms: number }): Rows {
  const around =
    <Row>(take: (row: Row) => void) =>
    (row: Row): void => {
      const from = performance.now()
      take(row)
      const ms = performance.now() - from
      if (ms < INTERRUPTED_MS) inside.ms += ms
    }
  return {
    operation: around((row) => recording.operation(row)),
    fetch: around((row) => recording.fetch(row)),
    stop: around((row) => recording.stop(row)),
  }
}
