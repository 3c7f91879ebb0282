/** Keys of requests in order; a trace is the same for every cache that it is played to. */
export type Trace = readonly number[]

const KEYS = 100_000
const REQUESTS = 300_000
const SEED = 20

/** A generator of numbers in [0, 1) that is the same everywhere (mulberry32, public domain, T. Ettinger). */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Draws keys whose popularity falls with their rank to the power `skew`. */
function zipf(skew: number, random: () => number): () => number {
  const sums = new Float64Array(KEYS)
  let total = 0
  for (let rank = 0; rank < KEYS; rank += 1) sums[rank] = total += 1 / (rank + 1) ** skew
  return () => {
    const wanted = random() * total
    let [low, high] = [0, KEYS - 1]
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((sums[middle] ?? total) < wanted) low = middle + 1
      else high = middle
    }
    return low
  }
}

function trace(skew: number, change: (key: number, i: number) => number): Trace {
  const draw = zipf(skew, randomFrom(SEED))
  return Array.from({ length: REQUESTS }, (_, i) => change(draw(), i))
}

/** Every twenty thousandth request a run of 7,400 keys that nobody asks for again (37 % of requests). */
const scanned = (key: number, i: number): number => (i % 20_000 < 7_400 ? KEYS + i : key)
/** What is popular moves by a hundred keys every five thousand requests. */
const drifted = (key: number, i: number): number => (key + Math.floor(i / 5_000) * 100) % KEYS

/** The traces of the study: skew alone, with scans, and with popularity that moves. */
export const TRACES = {
  zipf09: () => trace(0.9, (key) => key),
  zipf09Scan: () => trace(0.9, scanned),
  zipf09Drift: () => trace(0.9, drifted),
  zipf11: () => trace(1.1, (key) => key),
  zipf11Scan: () => trace(1.1, scanned),
  zipf11Drift: () => trace(1.1, drifted),
} as const satisfies Record<string, () => Trace>
