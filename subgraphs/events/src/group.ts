import { coded } from '@lighthouse/chassis/errors'

export interface GroupOptions<T, R> {
  /** Handles everything that came while the group before was handled: one answer, or Error, per request. */
  readonly run: (group: readonly T[]) => Promise<readonly (R | Error)[]>
  /** How much a request weighs. */
  readonly weigh: (request: T) => number
  /** Most weight in one group; a heavier request goes alone. */
  readonly groupWeight: number
  /** Most weight that may wait; more is refused with OVERLOADED. */
  readonly maxWeight: number
}

export interface Group<T, R> {
  add(request: T): Promise<R>
  /** Resolves when nothing waits any more. */
  idle(): Promise<void>
}

interface Waiting<T, R> {
  readonly request: T
  readonly weight: number
  readonly resolve: (answer: R) => void
  readonly reject: (error: unknown) => void
}

/** Group commit (Gray, Reuter, "Transaction Processing", 1992): one group at a time, as large as what came meanwhile. */
export function createGroup<T, R>(options: GroupOptions<T, R>): Group<T, R> {
  const { run, weigh, groupWeight, maxWeight } = options
  let queue: Waiting<T, R>[] = []
  let queued = 0
  let running: Promise<void> | undefined

  const take = (): Waiting<T, R>[] => {
    let weight = 0
    const cut = queue.findIndex((each, at) => (weight += each.weight) > groupWeight && at > 0)
    const group = cut === -1 ? queue : queue.slice(0, cut)
    queue = cut === -1 ? [] : queue.slice(cut)
    queued -= group.reduce((sum, each) => sum + each.weight, 0)
    return group
  }

  const drain = async (): Promise<void> => {
    while (queue.length > 0) {
      // Callers that were answered together come back together: let them join one group.
      await new Promise((resolve) => setImmediate(resolve))
      await handle(take(), run)
    }
    running = undefined
  }

  return {
    add(request) {
      const weight = weigh(request)
      if (queued > 0 && queued + weight > maxWeight) {
        return Promise.reject(
          coded('OVERLOADED', 'The event log has more to write than it takes; try again.'),
        )
      }
      return new Promise((resolve, reject) => {
        queued += weight
        queue.push({ request, weight, resolve, reject })
        running ??= drain()
      })
    },
    idle: async () => running,
  }
}

async function handle<T, R>(group: readonly Waiting<T, R>[], run: GroupOptions<T, R>['run']): Promise<void> {
  try {
    const answers = await run(group.map(({ request }) => request))
    for (const [at, { resolve, reject }] of group.entries()) {
      const answer = answers[at]
      if (answer === undefined || answer instanceof Error) reject(answer ?? new Error('no answer'))
      else resolve(answer)
    }
  } catch (thrown) {
    for (const { reject } of group) reject(thrown)
  }
}
