import type { TierOutcome, Tier } from '@lighthouse/contract/decision'
import { isError, type OperationRow } from '@lighthouse/contract/operation-row'
import { bucketOf } from '@lighthouse/contract/histogram'
import {
  ANONYMOUS_OPERATION,
  type LiveFrame,
  MAX_LIVE_OPERATIONS,
  OTHER_OPERATION,
} from '@lighthouse/contract/live-frame'

/** Most traces one frame names; the newest stay. */
export const MAX_FRAME_TRACES = 20

interface OpenOperation {
  count: number
  errors: number
  readonly buckets: Map<number, number>
}

/** What happened since the last frame was sealed. At most MAX_LIVE_OPERATIONS names; the rest count as `other`. */
export class OpenFrame {
  readonly #operations = new Map<string, OpenOperation>()
  readonly #tiers = new Map<Tier, { hits: number; misses: number }>()
  #traces: string[] = []

  operation({ operation, duration_us, status }: OperationRow): void {
    const open = this.#open(operation === '' ? ANONYMOUS_OPERATION : operation)
    open.count += 1
    if (isError(status)) open.errors += 1
    const bucket = bucketOf(duration_us)
    open.buckets.set(bucket, (open.buckets.get(bucket) ?? 0) + 1)
  }

  tier(tier: Tier, outcome: TierOutcome): void {
    if (outcome !== 'HIT' && outcome !== 'PASS') return
    const counts = this.#tiers.get(tier) ?? { hits: 0, misses: 0 }
    if (outcome === 'HIT') counts.hits += 1
    else counts.misses += 1
    this.#tiers.set(tier, counts)
  }

  trace(traceId: string): void {
    this.#traces.push(traceId)
    if (this.#traces.length > MAX_FRAME_TRACES) this.#traces.shift()
  }

  get empty(): boolean {
    return this.#operations.size === 0 && this.#tiers.size === 0 && this.#traces.length === 0
  }

  /** The frame of everything since the last seal; starts an empty one. */
  seal(source: string, at: number): LiveFrame {
    const frame: LiveFrame = {
      source,
      at,
      operations: [...this.#operations].map(([name, { count, errors, buckets }]) => ({
        name,
        count,
        errors,
        buckets: flat(buckets),
      })),
      tiers: [...this.#tiers].map(([tier, counts]) => ({ tier, ...counts })),
      traces: this.#traces,
    }
    this.#operations.clear()
    this.#tiers.clear()
    this.#traces = []
    return frame
  }

  #open(name: string): OpenOperation {
    const known = this.#operations.get(name)
    if (known !== undefined) return known
    if (this.#operations.size >= MAX_LIVE_OPERATIONS && name !== OTHER_OPERATION) {
      return this.#open(OTHER_OPERATION)
    }
    const fresh: OpenOperation = { count: 0, errors: 0, buckets: new Map() }
    this.#operations.set(name, fresh)
    return fresh
  }
}

/** Pairs, ascending by bucket. Numbers in a typed array are sorted without a call for each two. */
function flat(buckets: ReadonlyMap<number, number>): number[] {
  const pairs: number[] = []
  for (const bucket of Uint16Array.from(buckets.keys()).sort())
    pairs.push(bucket, buckets.get(bucket) as number)
  return pairs
}
