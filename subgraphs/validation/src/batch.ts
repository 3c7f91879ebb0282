import { codeOf, coded, messageOf } from '@lighthouse/chassis/errors'
import type { Log } from '@lighthouse/chassis/log'
import type { ErrorCode } from '@lighthouse/contract/error-codes'
import type { ValidationDecision } from './decision.js'

/** P-050: most tool calls of one batch. */
const MAX_BATCH = 100

/** One answer of a batch: a decision, or why there is none. */
export interface ValidationOutcome {
  readonly decision: ValidationDecision | null
  readonly error: { readonly code: ErrorCode; readonly message: string } | null
}

/**
 * Decides many tool calls, each as if it had come alone: one that fails leaves the others be. Answers in the order of
 * the inputs. Throws BAD_USER_INPUT, before anything is decided, for a batch that is empty or too long.
 */
export async function decideBatch(
  inputs: readonly unknown[],
  validate: (input: unknown) => Promise<ValidationDecision>,
  log: Log,
): Promise<ValidationOutcome[]> {
  if (inputs.length === 0 || inputs.length > MAX_BATCH) {
    throw coded('BAD_USER_INPUT', `A batch has 1 to ${MAX_BATCH} inputs, not ${inputs.length}; send several.`)
  }
  return await Promise.all(inputs.map((input) => outcomeOf(() => validate(input), log)))
}

async function outcomeOf(validate: () => Promise<ValidationDecision>, log: Log): Promise<ValidationOutcome> {
  try {
    return { decision: await validate(), error: null }
  } catch (error) {
    const code = codeOf(error)
    if (code !== undefined) return { decision: null, error: { code, message: messageOf(error) } }
    log.error('an input of a batch failed', { error })
    return {
      decision: null,
      error: { code: 'INTERNAL_SERVER_ERROR', message: 'This input was not decided.' },
    }
  }
}
