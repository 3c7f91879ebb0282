import { STOPS, type Stop } from '@lighthouse/contract/stops'
import type { WalkDetailData } from '../../graph/generated/results.js'

export type Walk = NonNullable<WalkDetailData['walk']>

export interface WalkRow {
  readonly stop: Stop
  /** Where it ran; undefined when the walk did not pass this stop. */
  readonly process: string | undefined
  /** ms from the walk's first stop. */
  readonly startMs: number
  readonly durationMs: number
}

/** The tier that a stop stands for, for its colour; other stops have none. */
export const STOP_TIERS: Partial<Record<Stop, 'MEMORY' | 'POLICY' | 'PATTERN' | 'REDIS' | 'EXPERT'>> = {
  memory: 'MEMORY',
  policy: 'POLICY',
  pattern: 'PATTERN',
  redis: 'REDIS',
  expert: 'EXPERT',
}

/** Every stop in the order of the contract, with what the walk recorded of it. Pure. */
export function walkRows(walk: Pick<Walk, 'stops'>): readonly WalkRow[] {
  const recorded = new Map(walk.stops.map((stop) => [stop.stop, stop]))
  return STOPS.map((stop) => {
    const row = recorded.get(stop)
    return {
      stop,
      process: row?.process,
      startMs: row?.startMs ?? 0,
      durationMs: row?.durationMs ?? 0,
    }
  })
}

/** Until when the answer was made (the end of `shape`), and until the last stop: ms from the first stop. */
export function walkEnds(rows: readonly WalkRow[]): { readonly answerMs: number; readonly screenMs: number } {
  const passed = rows.filter((row) => row.process !== undefined)
  const end = (row: WalkRow): number => row.startMs + row.durationMs
  const screenMs = Math.max(0.001, ...passed.map(end))
  const answered = passed.filter((row) => STOPS.indexOf(row.stop) <= STOPS.indexOf('shape'))
  return { answerMs: Math.max(0.001, ...answered.map(end)), screenMs }
}

/** Round distances between marks on a time axis, so that about `wanted` fit: 1, 2 or 5 times a power of ten. */
export function axisTicks(fromMs: number, toMs: number, wanted: number): readonly number[] {
  const raw = (toMs - fromMs) / Math.max(1, wanted)
  const power = 10 ** Math.floor(Math.log10(raw))
  const step = ([1, 2, 5, 10].find((times) => times * power >= raw) ?? 10) * power
  const ticks: number[] = []
  for (let index = Math.ceil(fromMs / step); index * step <= toMs; index += 1) ticks.push(index * step)
  return ticks
}
