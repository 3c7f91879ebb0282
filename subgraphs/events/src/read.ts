import { coded } from '@lighthouse/chassis/errors'
import { type EventFilter, type LogEvent, isGiven, matches } from './event.js'
import { CorruptEventError, type EventLog, type Span } from './log/event-log.js'

/** P-010, P-011: most events of one page. */
export const MAX_PAGE = 1_000
const DEFAULT_PAGE = 100
/** Records read before other work of the process gets its turn. */
const STRIDE = 1_000

export interface PageRequest {
  readonly filter?: EventFilter | null
  readonly first?: number | null
  /** The newest ones instead of the oldest; the page is in order of sequence all the same. */
  readonly last?: number | null
  /** Exclusive: the page starts behind this sequence. */
  readonly after?: number | null
  readonly signal?: AbortSignal
}

export interface Page {
  readonly events: readonly LogEvent[]
  readonly lastSequence: number
  /** Whether more events match: behind the page, or before it when it was read from the end. */
  readonly hasMore: boolean
}

/**
 * A page of the log as it was when asked: events that are appended meanwhile do not move it. Throws BAD_USER_INPUT for
 * bounds that make no page, INTERNAL_SERVER_ERROR naming the sequence when a record is corrupt.
 */
export async function read(log: EventLog, request: PageRequest): Promise<Page> {
  const { filter, backwards, size, after } = bounds(request)
  const upTo = log.head
  const found: LogEvent[] = []
  const wanted = size + 1
  let span: Span = { after, upTo, limit: Math.min(STRIDE, wanted), backwards }
  while (found.length < wanted && span.after < span.upTo) {
    const sequences = await log.candidates(filter, span)
    const events = await get(log, sequences)
    for (const event of events) if (found.length < wanted && matches(event, filter)) found.push(event)
    const edge = sequences.at(-1)
    if (edge === undefined || sequences.length < span.limit) break
    span = backwards ? { ...span, upTo: edge - 1 } : { ...span, after: edge }
    span = { ...span, limit: STRIDE }
    await new Promise((resolve) => setImmediate(resolve))
    if (request.signal?.aborted === true) throw coded('DEADLINE_EXCEEDED', 'The read was given up.')
  }
  const page = found.slice(0, size)
  return {
    events: backwards ? page.reverse() : page,
    lastSequence: upTo,
    hasMore: found.length > size,
  }
}

function bounds({ filter, first, last, after }: PageRequest) {
  if (isGiven(first) && isGiven(last)) throw coded('BAD_USER_INPUT', 'Give first or last, not both.')
  const size = first ?? last ?? DEFAULT_PAGE
  if (!Number.isSafeInteger(size) || size < 0 || size > MAX_PAGE) {
    throw coded('BAD_USER_INPUT', `A page has between 0 and ${MAX_PAGE} events, not ${size}.`)
  }
  const from = after ?? 0
  if (!Number.isSafeInteger(from) || from < 0) {
    throw coded('BAD_USER_INPUT', `after is a sequence, from 0, not ${from}.`)
  }
  return { filter: filter ?? {}, size, after: from, backwards: isGiven(last) }
}

/** Reads records; a corrupt one is the caller's to know, with its sequence. */
export async function get(log: EventLog, sequences: readonly number[]): Promise<readonly LogEvent[]> {
  try {
    return await log.get(sequences)
  } catch (thrown) {
    if (!(thrown instanceof CorruptEventError)) throw thrown
    throw coded('INTERNAL_SERVER_ERROR', thrown.message, { sequence: thrown.sequence })
  }
}
