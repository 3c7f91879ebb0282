/** What one step costs. Times are of the wall; `cpuUs` is what this process spent, GC and other threads included. */
export interface Cost {
  readonly p50Us: number
  readonly p99Us: number
  /** Least and most of the blocks' p99: what the machine's other work did to it. */
  readonly p99SpreadUs: readonly [number, number]
  /** Mean processor time of one step. */
  readonly cpuUs: number
}

export interface Contestant {
  readonly step: (i: number) => unknown
  /** Steps of one block; a slow peer takes fewer. */
  readonly block: number
}

const BLOCKS = 15
const WARM_UP_BLOCKS = 3

/**
 * Measures contestants block by block in turn (A B A B …), so that what else the machine does meets all of them alike.
 * Percentiles are taken within each block; what is given is the median of the blocks.
 */
export async function measure<N extends string>(
  contestants: Readonly<Record<N, Contestant>>,
): Promise<Record<N, Cost>> {
  const named = Object.entries(contestants) as [N, Contestant][]
  const seen = new Map<N, Block[]>(named.map(([name]) => [name, []]))
  let i = 0
  for (let block = -WARM_UP_BLOCKS; block < BLOCKS; block += 1) {
    for (const [name, contestant] of named) {
      const found = await run(contestant, i)
      i += contestant.block
      if (block >= 0) seen.get(name)?.push(found)
    }
  }
  return Object.fromEntries(named.map(([name]) => [name, costOf(seen.get(name) ?? [])])) as Record<N, Cost>
}

interface Block {
  readonly p50: number
  readonly p99: number
  readonly cpu: number
}

async function run({ step, block }: Contestant, first: number): Promise<Block> {
  const times = new Float64Array(block)
  const before = process.cpuUsage()
  for (let i = 0; i < block; i += 1) {
    const start = performance.now()
    const pending = step(first + i)
    if (pending instanceof Promise) await pending
    times[i] = (performance.now() - start) * 1_000
  }
  const { user, system } = process.cpuUsage(before)
  times.sort()
  return { p50: at(times, 0.5), p99: at(times, 0.99), cpu: (user + system) / block }
}

function costOf(blocks: readonly Block[]): Cost {
  const p99s = Float64Array.from(blocks, ({ p99 }) => p99).sort()
  return {
    p50Us: rounded(at(Float64Array.from(blocks, ({ p50 }) => p50).sort(), 0.5)),
    p99Us: rounded(at(p99s, 0.5)),
    p99SpreadUs: [rounded(p99s[0] ?? 0), rounded(p99s.at(-1) ?? 0)],
    cpuUs: rounded(at(Float64Array.from(blocks, ({ cpu }) => cpu).sort(), 0.5)),
  }
}

/** The value below which a share of a sorted list lies. */
function at(sorted: Float64Array, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
}

export function rounded(value: number, digits = 1): number {
  return Number(value.toFixed(digits))
}
