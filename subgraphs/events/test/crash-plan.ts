import type { EventInput } from '../src/event.js'

export interface Plan {
  readonly dir: string
  readonly round: number
  readonly writers: number
}

/** How many events the batches of every fourth writer have. */
export const BATCH = 25

const hex = (n: number, digits: number) => n.toString(16).padStart(digits, '0')

/** What a writer appends at a turn: the same events whenever it is asked, so that they can be replayed. */
export function plannedInputs({ round }: Plan, writer: number, turn: number): readonly EventInput[] {
  const correlationId = `${round}/${writer}/${turn}`
  const length = writer % 4 === 0 ? BATCH : 1
  return Array.from({ length }, (_, at) => ({
    id: `01890000-${hex(round, 4)}-7${hex(writer, 3)}-8${hex(at, 3)}-${hex(turn, 12)}`,
    type: 'CUSTOM',
    aggregateId: `writer-${writer}`,
    data: { turn, filler: 'x'.repeat(200) },
    correlationId,
  }))
}
