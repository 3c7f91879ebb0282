import type { Usage } from './expert.js'

/** US dollars a million tokens. */
export interface Price {
  readonly promptUsd: number
  readonly completionUsd: number
}

export interface SpendOptions {
  readonly price: Price
  /** Tokens of both kinds that an hour may use; at the bound models are not asked until the hour is over. */
  readonly maxTokensPerHour: number
  readonly now?: () => number
}

export interface Spend {
  /** Whether this hour's tokens are used up. */
  exhausted(): boolean
  /** Counts what one call used and says what it cost. */
  add(promptTokens: number, completionTokens: number): Usage
  /** Since the process started. */
  counts(): Usage & { readonly calls: number }
}

const HOUR_MS = 3_600_000

/** Counts tokens and money, in fixed hours from the first call. */
export function createSpend({ price, maxTokensPerHour, now = Date.now }: SpendOptions): Spend {
  const total = { calls: 0, promptTokens: 0, completionTokens: 0, costUsd: 0 }
  let hourStart = now()
  let hourTokens = 0
  const turn = () => {
    if (now() - hourStart < HOUR_MS) return
    hourStart = now()
    hourTokens = 0
  }
  return {
    exhausted() {
      turn()
      return hourTokens >= maxTokensPerHour
    },
    add(promptTokens, completionTokens) {
      turn()
      const costUsd = (promptTokens * price.promptUsd + completionTokens * price.completionUsd) / 1_000_000
      hourTokens += promptTokens + completionTokens
      total.calls += 1
      total.promptTokens += promptTokens
      total.completionTokens += completionTokens
      total.costUsd += costUsd
      return { promptTokens, completionTokens, costUsd }
    },
    counts: () => ({ ...total }),
  }
}
