/** A roll-up that answers for a window, and its grain in seconds. */
export interface Source {
  readonly table: string
  readonly grainS: number
}

const SECONDS: Source = { table: 'obs.ops_1s', grainS: 1 }
const MINUTES: Source = { table: 'obs.ops_1m', grainS: 60 }
const HOURS: Source = { table: 'obs.ops_1h', grainS: 3_600 }

/** Up to here seconds are few enough to add up; they are kept for 6 hours. */
const SECONDS_UNTIL_S = 15 * 60
/** Minutes are kept for 30 days. */
const MINUTES_UNTIL_S = 30 * 86_400

/** The finest roll-up that holds the whole window and answers in one read. */
export function sourceOf(windowS: number): Source {
  if (windowS <= SECONDS_UNTIL_S) return SECONDS
  return windowS <= MINUTES_UNTIL_S ? MINUTES : HOURS
}

/** The roll-up for a series whose points are `stepS` seconds apart. */
export function seriesSourceOf(windowS: number, stepS: number): Source {
  if (stepS < 60 && windowS <= 6 * 3_600) return SECONDS
  return stepS < 3_600 && windowS <= MINUTES_UNTIL_S ? MINUTES : HOURS
}

/** Fetches and tiers have no roll-up of seconds: up to here their raw rows are read. */
export const RAW_UNTIL_S = SECONDS_UNTIL_S

/** Bucket of a raw duration, as in the roll-ups. */
export const RAW_BUCKET = 'toUInt16(least(1000, ceil(log(greatest(duration_us, 1)) / log(1.0202))))'
