import { PlanningBusy } from '../supergraph/planning.js'

/** Parts for which the planner finds no way, by their marks. */
export class Unplannable extends Error {
  readonly marks: readonly string[]

  constructor(marks: readonly string[], cause: unknown) {
    super('A deferred fragment cannot be planned.', { cause })
    this.marks = marks
  }
}

/** The keys of what comes later may be what there is no way to. */
export function toUnplannable(marks: readonly string[]): (cause: unknown) => never {
  return (cause) => {
    if (cause instanceof PlanningBusy || marks.length === 0) throw cause
    throw new Unplannable(marks, cause)
  }
}

/** All of them, or one {@link Unplannable} for all that are. */
export async function allPlanned<T>(planning: readonly Promise<T>[]): Promise<T[]> {
  const settled = await Promise.allSettled(planning)
  const failed = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []))
  const [other] = failed.filter((cause) => !(cause instanceof Unplannable))
  if (other !== undefined) throw other
  const unplannable = failed.filter((cause) => cause instanceof Unplannable)
  if (unplannable.length > 0) {
    throw new Unplannable(
      unplannable.flatMap(({ marks }) => marks),
      unplannable[0],
    )
  }
  return settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
}
