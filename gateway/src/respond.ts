import { Refusal } from './errors.js'
import { mediaTypeOf } from './http/accept.js'
import { parametersOf } from './http/parameters.js'
import { firstPart, laterPart, PARTS, type Payload, takesParts } from './http/parts.js'
import { settleStatus } from './http/settle-status.js'
import type { Lifecycle } from './lifecycle.js'
import type { Received } from './receive.js'
import { firstText, httpStatusOf, noteFailure, type Result, resultText } from './result.js'
import type { Scope } from './scope.js'

/** An answer as it goes on the wire. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
  /** Texts that come after it, where the client takes an answer in parts. */
  readonly later?: AsyncGenerator<string, void>
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
    const { executable, kind, defers } = prepared
    scope.facts.hash = executable.key
    if (received.method === 'GET' && kind !== 'query') {
      const message = `A GET runs queries; send a ${kind} with POST.`
      throw new Refusal('METHOD_NOT_ALLOWED', message, { allow: 'POST' })
    }
    const mayDefer = defers && kind !== 'subscription' && takesParts(received.headers)
    const asked = mayDefer ? { ...executable, inParts: true as const } : executable
    return run(asked, scope).then((result) => answerOf(result, received, scope))
  }
}

function answerOf(result: Result, { headers }: Received, scope: Scope): Answer {
  if (result.errors.length > 0) noteFailure(scope, result.errors[0])
  const { later } = result
  const status = settleStatus(httpStatusOf(result), headers, scope.facts)
  const type = later === undefined ? mediaTypeOf(headers) : PARTS
  if (type === PARTS) return { status, ...inParts(result, scope) }
  return { status, headers: { 'content-type': type }, text: resultText(result, scope) }
}

function inParts(result: Result, scope: Scope): Omit<Answer, 'status'> {
  const { later } = result
  const text = firstPart({ text: firstText(result, scope), hasNext: later !== undefined })
  return { headers: PARTS_HEADERS, text, ...(later && { later: framed(later) }) }
}

async function* framed(later: AsyncGenerator<Payload, void>): AsyncGenerator<string, void> {
  for await (const payload of later) yield laterPart(payload)
}

const PARTS_HEADERS = {
  'content-type': PARTS,
  'cache-control': 'no-store',
  // Asks nginx not to gather what must arrive at once.
  'x-accel-buffering': 'no',
} as const
