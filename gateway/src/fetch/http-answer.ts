import { STOPS } from '@lighthouse/contract/stops'
import type { SubgraphAnswer, SubgraphRequest } from '@lighthouse/contract/subgraph-request'
import { isFields } from './merge.js'
import { readErrors } from './read-errors.js'
import type { WireReply } from './traffic/send.js'
import { TransportError } from './transport-error.js'

export interface Reading extends Pick<SubgraphRequest, 'noteStop'> {
  /** Reads JSON, or throws. */
  readonly parse: (text: string) => unknown
}

/**
 * The GraphQL answer in what came over HTTP. It counts whatever the status; without one the status says what is wrong.
 * Throws a TransportError then.
 */
export function readAnswer(
  name: string,
  { status, text }: WireReply,
  { noteStop, parse }: Reading,
): SubgraphAnswer {
  const answer = parsed(text, parse)
  if (answer !== undefined) {
    if (noteStop !== undefined) noteStops(answer, noteStop)
    return answer
  }
  if (status >= 500 || status === 429) {
    throw new TransportError('SUBGRAPH_UNAVAILABLE', `Subgraph "${name}" answered with HTTP ${status}.`)
  }
  throw new TransportError(
    'SUBGRAPH_ERROR',
    `Subgraph "${name}" answered with something that is not GraphQL (HTTP ${status}).`,
  )
}

function parsed(text: string, parse: Reading['parse']): SubgraphAnswer | undefined {
  try {
    const answer = parse(withoutMark(text))
    if (isFields(answer) && ('data' in answer || 'errors' in answer)) {
      return answer['errors'] === undefined ? answer : { ...answer, errors: readErrors(answer['errors']) }
    }
  } catch {
    // What came is not JSON.
  }
  return undefined
}

/** JSON may be read without the byte order mark that some servers begin it with (RFC 8259, section 8.1). */
function withoutMark(text: string): string {
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
}

/** Stops that the subgraph's process passed come back in the extensions, `[stop, startUs, durationUs]` each. */
function noteStops(answer: SubgraphAnswer, noteStop: NonNullable<SubgraphRequest['noteStop']>): void {
  const stops = answer.extensions?.['stops']
  if (!Array.isArray(stops)) return
  for (const one of stops as unknown[]) {
    if (!Array.isArray(one)) continue
    const [name, start, duration] = one as unknown[]
    const stop = STOPS.find((known) => known === name)
    if (stop !== undefined && typeof start === 'number' && typeof duration === 'number') {
      noteStop(stop, start, duration)
    }
  }
}
