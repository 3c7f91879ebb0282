import { createRecorder, type Recorder, SILENT } from '@lighthouse/analytics/recorder/record'

/** What is told at a switch, of all until then. */
export interface Switched {
  readonly cpuUs: number
  /** Time inside the recorder's calls while it was `timed`, without interruptions and the clock's own. */
  readonly insideUs: number
  readonly recorded: number
  readonly acked: number
  /** Not taken, or lost later. */
  readonly lost: number
  readonly framesSent: number
}

type Rows = Pick<Recorder, 'operation' | 'fetch' | 'stop'>

const STATES = ['on', 'off', 'timed'] as const

/** Rows wait so long that a second of them can be sent apart from what recorded them. */
const FLUSH_MS = 4_000
/** Batches are sealed by age alone: one that is full would be packed and sent in the block that filled it. */
const FLUSH_ROWS = 65_000
/** The engine or another process took the core meanwhile; the dearest call, which writes many rows, takes a fifth of it. */
const INTERRUPTED_MS = 0.5

/** The gateway's recorder, which can be switched while it runs: the process is the same, so is its compiled code. */
export function switchedRecorder(url: string) {
  const recording = createRecorder({
    url,
    user: 'bench',
    password: '',
    source: 'bench',
    tapUrl: `${url}/tap`,
    flushMs: FLUSH_MS,
    flushRows: FLUSH_ROWS,
  })
  const inside = { ms: 0 }
  const states = { on: recording, off: SILENT, timed: timed(recording, inside) } as const
  let current: Rows = recording
  return {
    recorder: {
      operation: (row) => current.operation(row),
      fetch: (row) => current.fetch(row),
      stop: (row) => current.stop(row),
    } satisfies Rows,
    handle({ kind }: { readonly kind: string }): Switched {
      const next = STATES.find((state) => kind === `telemetry ${state}`)
      if (next !== undefined) current = states[next]
      const { user, system } = process.cpuUsage()
      const { recorded, acked, dropped, overflowed, refused, framesSent } = recording.counters()
      const rows = Object.values(recorded).reduce((sum, count) => sum + count, 0)
      const lost = dropped + overflowed + refused
      return { cpuUs: user + system, insideUs: inside.ms * 1_000, recorded: rows, acked, lost, framesSent }
    },
  }
}

/** The same recorder with a clock around each call. */
function timed(recording: Rows, inside: { ms: number }): Rows {
  const clockMs = ofTheClock()
  const around =
    <Row>(take: (row: Row) => void) =>
    (row: Row): void => {
      const from = performance.now()
      take(row)
      const ms = performance.now() - from
      if (ms < INTERRUPTED_MS) inside.ms += ms - clockMs
    }
  return {
    operation: around((row) => recording.operation(row)),
    fetch: around((row) => recording.fetch(row)),
    stop: around((row) => recording.stop(row)),
  }
}

/** What two readings of the clock, one behind the other, are apart. */
function ofTheClock(): number {
  const times = 100_000
  let sum = 0
  for (let i = 0; i < times; i++) {
    const from = performance.now()
    sum += performance.now() - from
  }
  return sum / times
}
