import type { Served } from './served.js'

/** CPU of one request: the median of all rounds, and each of them. Milliseconds. */
export interface Figure {
  readonly cpuMsPerRequest: number
  readonly rounds: readonly number[]
}

export interface Load {
  readonly body: string
  readonly requests: number
  readonly rounds: number
  readonly concurrency: number
}

/** Sends the same request so many times, `concurrency` at once. */
export async function drive(
  served: Served,
  { body, requests, concurrency }: Omit<Load, 'rounds'>,
): Promise<void> {
  let left = requests
  const worker = async () => {
    while (left-- > 0) await served.post(body)
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
}

/**
 * CPU time of each server's process for one request. Rounds alternate (A B, B A, …), so that what the machine does
 * beside meets all alike.
 */
export async function measure(
  servers: ReadonlyMap<string, Served>,
  load: Load,
): Promise<Map<string, Figure>> {
  const rounds = new Map<string, number[]>([...servers.keys()].map((name) => [name, []]))
  // Until the engine has compiled what is hot: the first rounds of small operations still fell after twice as many.
  for (const served of servers.values()) await drive(served, { ...load, requests: load.requests * 4 })
  for (let round = 0; round < load.rounds; round++) {
    const order = [...servers]
    for (const [name, served] of round % 2 === 0 ? order : order.reverse()) {
      const before = await served.cpuUs()
      await drive(served, load)
      rounds.get(name)?.push((await served.cpuUs()) - before)
    }
  }
  return new Map(
    [...rounds].map(([name, each]) => [name, figure(each.map((us) => us / 1_000 / load.requests))]),
  )
}

function figure(each: readonly number[]): Figure {
  return { cpuMsPerRequest: rounded(median(each)), rounds: each.map((ms) => rounded(ms)) }
}

export function rounded(value: number): number {
  return Number(value.toFixed(4))
}

export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2
}

/**
 * An interval that holds the median of what the numbers were drawn from with 95 % confidence, or as wide as they allow: the
 * order statistics between which a fair coin's count of heads lies so often. Source: Conover, "Practical Nonparametric
 * Statistics", section 3.2.
 */
export function medianInterval(numbers: readonly number[]): [low: number, high: number] {
  const sorted = [...numbers].sort((a, b) => a - b)
  const { length } = sorted
  let below = 0
  let term = 0.5 ** length
  let rank = 0
  while (rank < length >> 1 && below + term <= 0.025) {
    below += term
    term *= (length - rank) / (rank + 1)
    rank += 1
  }
  const at = Math.max(0, rank - 1)
  return [sorted[at] ?? Number.NaN, sorted[length - 1 - at] ?? Number.NaN]
}
