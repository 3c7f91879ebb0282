import { randomUUID } from 'node:crypto'
import { HEADERS } from '@lighthouse/contract/headers'
import { VALIDATE, type ValidationDecision, type ValidationInput } from './documents.js'
import type { RunOptions, Transport } from './transport.js'

export interface SubmitOptions extends RunOptions {
  /** Asks that every stop of this request is recorded. */
  readonly walk?: boolean
  /** Milliseconds since the epoch; the start of the `submit` stop. */
  readonly now?: () => number
}

/**
 * The first stop: asks whether a tool call may run. Carries the time of submission, and an idempotency key (made here
 * when the input has none), so that one lost connection is tried again without a second decision.
 * Rejects with ClientError; a rejection is never an ALLOW.
 */
export async function submit(
  transport: Transport,
  input: ValidationInput,
  options: SubmitOptions = {},
): Promise<ValidationDecision> {
  const { walk = false, now = Date.now, ...run } = options
  const headers: Record<string, string> = { [HEADERS.submittedAt]: String(now()), ...run.headers }
  if (walk) headers[HEADERS.walk] = '1'
  const keyed = { ...input, requestId: input.requestId ?? randomUUID() }
  const data = await transport.run(VALIDATE, { input: keyed }, { repeatable: true, ...run, headers })
  return data.validateCommand
}
