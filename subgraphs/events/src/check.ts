import { EVENT_TYPES, type EventType } from '@lighthouse/contract/event-types'
import { coded } from '@lighthouse/chassis/errors'
import { type EventInput, isGiven } from './event.js'

/** P-018 and P-002: what the log takes. */
export const LIMITS = {
  batchEvents: 1_000,
  batchBytes: 10_000_000,
  eventBytes: 1_000_000,
  idChars: 256,
  depth: 32,
} as const

/** An input that may be appended, its data already as JSON text. */
export interface CheckedEvent {
  readonly id: string | undefined
  readonly type: EventType
  readonly aggregateId: string
  readonly aggregateType: string
  readonly dataText: string
  readonly correlationId: string | null
  readonly causationId: string | null
  readonly expectedVersion: number | undefined
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const TYPES: ReadonlySet<string> = new Set(EVENT_TYPES)
const NUL = '\u0000'

/**
 * Step 1: refuses with BAD_USER_INPUT whatever breaks a limit, naming the event by its place in the input. Nothing that
 * passes can fail later for its own sake, so that no sequence is spent on it.
 */
export function check(inputs: readonly EventInput[]): readonly CheckedEvent[] {
  if (inputs.length === 0) throw coded('BAD_USER_INPUT', 'Append at least one event.')
  if (inputs.length > LIMITS.batchEvents) {
    throw coded(
      'BAD_USER_INPUT',
      `Append at most ${LIMITS.batchEvents} events at once, not ${inputs.length}.`,
    )
  }
  const checked = inputs.map(checkOne)
  const bytes = checked.reduce((sum, { dataText }) => sum + Buffer.byteLength(dataText), 0)
  if (bytes > LIMITS.batchBytes) {
    throw coded('BAD_USER_INPUT', `Append at most ${LIMITS.batchBytes} bytes of data at once, not ${bytes}.`)
  }
  return checked
}

function checkOne(input: EventInput, place: number): CheckedEvent {
  const refuse = (why: string) => coded('BAD_USER_INPUT', `input[${place}]: ${why}`)
  if (!TYPES.has(input.type)) throw refuse(`${JSON.stringify(input.type)} is not a type of event.`)
  if (isGiven(input.id) && !UUID.test(input.id)) throw refuse('id must be a UUID (version 7).')
  const expected = input.expectedVersion
  if (isGiven(expected) && (!Number.isSafeInteger(expected) || expected < 0)) {
    throw refuse('expectedVersion must be a whole number from 0.')
  }
  const texts = {
    aggregateId: input.aggregateId,
    aggregateType: input.aggregateType ?? 'unknown',
    correlationId: input.correlationId ?? null,
    causationId: input.causationId ?? null,
  }
  for (const [name, text] of Object.entries(texts)) {
    const why = text === null ? undefined : faultOf(text)
    if (why !== undefined) throw refuse(`${name} ${why}`)
  }
  return {
    ...texts,
    id: input.id?.toLowerCase(),
    type: input.type as EventType,
    dataText: toText(input.data, refuse),
    expectedVersion: expected ?? undefined,
  }
}

function faultOf(text: unknown): string | undefined {
  if (typeof text !== 'string' || text === '') return 'must be a text that is not empty.'
  if (text.length > LIMITS.idChars) return `must be at most ${LIMITS.idChars} characters, not ${text.length}.`
  return text.includes(NUL) ? 'must not contain NUL.' : undefined
}

function toText(data: unknown, refuse: (why: string) => Error): string {
  const fault = faultOfData(data)
  if (fault !== undefined) throw refuse(fault)
  let text: string | undefined
  try {
    text = JSON.stringify(data)
  } catch {
    throw refuse('data is not JSON.')
  }
  if (text === undefined) throw refuse('data is not JSON.')
  const bytes = Buffer.byteLength(text)
  if (bytes > LIMITS.eventBytes) {
    throw refuse(`data must be at most ${LIMITS.eventBytes} bytes as JSON, not ${bytes}.`)
  }
  return text
}

/** Walks level by level, so that depth is bounded before anything recurses. */
function faultOfData(data: unknown): string | undefined {
  let level: unknown[] = [data]
  for (let depth = 0; level.length > 0; depth += 1) {
    const next: unknown[] = []
    for (const value of level) {
      if (typeof value === 'string' && value.includes(NUL)) return 'data must not contain NUL.'
      if (typeof value !== 'object' || value === null) continue
      if (depth >= LIMITS.depth) return `data must nest at most ${LIMITS.depth} levels.`
      if (!Array.isArray(value) && Object.keys(value).some((key) => key.includes(NUL))) {
        return 'data must not contain NUL.'
      }
      for (const inner of Object.values(value)) next.push(inner)
    }
    level = next
  }
  return undefined
}
