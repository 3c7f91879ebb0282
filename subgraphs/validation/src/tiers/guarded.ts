import type { Breaker } from '@lighthouse/chassis/breaker'
import { SKIPPED } from './tier.js'

/**
 * Runs a call through a breaker. SKIPPED when the breaker is open and the call was not made: an open breaker is no
 * fault of this request. Whether it may try again is the breaker's to say, so it is asked every time.
 */
export async function guarded<T>(
  breaker: Breaker,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<T | typeof SKIPPED> {
  let made = false
  try {
    return await breaker.run((signal) => {
      made = true
      return call(signal)
    })
  } catch (error) {
    if (!made) return SKIPPED
    throw error
  }
}
