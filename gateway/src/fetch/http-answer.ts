import type { ErrorCode } from '@lighthouse/contract/error-codes'
import type { SubgraphAnswer } from '@lighthouse/contract/subgraph-request'

/** Why a transport has no answer, in words that may reach a client. The `cause` stays in the log. */
export class TransportError extends Error {
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'TransportError'
    this.code = code
  }
}

const sizes = new WeakMap<object, number>()

/** Keeps how many bytes an answer had on the wire beside the answer. */
export function sized(answer: SubgraphAnswer, bytes: number): SubgraphAnswer {
  sizes.set(answer, bytes)
  return answer
}

/** The bytes an answer had on the wire; 0 for one that never was on a wire. */
export function bytesOf(answer: SubgraphAnswer): number {
  return sizes.get(answer) ?? 0
}
