import { Refusal } from './errors.js'
import { mediaTypeOf } from './http/accept.js'
import { parametersOf } from './http/parameters.js'
import { settleStatus } from './http/settle-status.js'
import type { Lifecycle } from './lifecycle.js'
import type { Received } from './receive.js'
import { httpStatusOf, noteFailure, type Result, resultText } from './result.js'
import type { Scope } from './scope.js'

/** An answer as it goes on the wire. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

/**
 * Answers over HTTP an operation that was let in; `received` has its document. Throws a {@link Refusal} when the request
 * asks for none, or for one that may not come this way.
 */
export type Respond = (received: Received, scope: Scope) => Answer | Promise<Answer>

export function createRespond({ prepare, run }: Lifecycle): Respond {
  return (received, scope) => {
    const prepared = prepare(parametersOf(received))
    if ('errors' in prepared) return answerOf(prepared, received, scope)
    const { executable, kind } = prepared
    scope.facts.hash = executable.key
    if (received.method === 'GET' && kind !== 'query') {
      const message = `A GET runs queries; send a ${kind} with POST.`
      throw new Refusal('METHOD_NOT_ALLOWED', message, { allow: 'POST' })
    }
    return run(executable, scope).then((result) => answerOf(result, received, scope))
  }
}

function answerOf(result: Result, { headers }: Received, scope: Scope): Answer {
  if (result.errors.length > 0) noteFailure(scope, result.errors[0])
  return {
    status: settleStatus(httpStatusOf(result), headers, scope.facts),
    headers: { 'content-type': mediaTypeOf(headers) },
    text: resultText(result, scope),
  }
}
