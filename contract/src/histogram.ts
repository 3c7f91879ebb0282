/**
 * The one log-histogram of the product: bucket k holds the durations in (γ^(k−1), γ^k] microseconds. Relative error of
 * a quantile ≤ 1 %. Same buckets as the ClickHouse roll-ups, so that a live frame and a roll-up add up.
 * Source: Masson, Rim, Lee, "DDSketch", VLDB 2019.
 */
export const GAMMA = 1.0202

/** The last bucket: about 485 s; whatever is longer is counted there. */
export const LAST_BUCKET = 1_000

const PER_LOG = 1 / Math.log(GAMMA)

/** The bucket of a duration in microseconds; durations below 1 µs count as 1 µs. */
export function bucketOf(us: number): number {
  if (!(us > 1)) return 0
  const bucket = Math.ceil(Math.log(us) * PER_LOG)
  return bucket > LAST_BUCKET ? LAST_BUCKET : bucket
}

/** The middle value (µs) of a bucket, at most 1 % from every duration in it. */
export function bucketUs(bucket: number): number {
  return (2 * GAMMA ** bucket) / (1 + GAMMA)
}

/** Non-empty buckets as flat pairs `[bucket, count, bucket, count, …]`, ascending by bucket. */
export type Buckets = readonly number[]

/** The p-quantile (0 ≤ p ≤ 1) in microseconds; undefined when nothing was counted. */
export function quantileUs(buckets: Buckets, p: number): number | undefined {
  let total = 0
  for (let i = 1; i < buckets.length; i += 2) total += buckets[i] ?? 0
  if (total === 0) return undefined
  const rank = p * total
  let seen = 0
  for (let i = 0; i < buckets.length; i += 2) {
    seen += buckets[i + 1] ?? 0
    if (seen >= rank && seen > 0) return bucketUs(buckets[i] ?? 0)
  }
  return undefined
}
