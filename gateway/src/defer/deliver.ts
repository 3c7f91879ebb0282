import type { GraphQLError } from 'graphql'
import { coded } from '../errors.js'
import type { Payload } from '../http/parts.js'
import { named, noteFailure } from '../result.js'
import type { Scope } from '../scope.js'
import { type Increment, type Pending, runPart, type Running } from './run-part.js'

/** What comes later of an operation is delivered with this. */
export interface Delivering {
  readonly scope: Scope
  readonly running: Running
  /** Bytes that may be sent beside the first answer. */
  readonly maxBytes: number
  /** What is told where an object would come that may not be sent any more. */
  readonly tooLarge: (path: Increment['path']) => GraphQLError
  /** A fault of ours as clients are told of it. */
  readonly masked: (cause: unknown) => GraphQLError
  /** Ends what is under way. */
  stop(): void
}

interface Finished {
  readonly increments: readonly Increment[]
  readonly next: readonly Pending[]
}

/**
 * What comes later, in the order in which it is known: `{"incremental": […], "hasNext": …}`. All parts run
 * side by side, one inside another after it. Nothing runs before the first is asked for, and nothing is under way
 * any more once the generator ends. Never rejects.
 */
export async function* deliver(
  first: readonly Pending[],
  delivering: Delivering,
): AsyncGenerator<Payload, void> {
  const parts = new Parts(delivering)
  try {
    parts.start(first)
    let bytes = 0
    while (parts.open > 0) {
      const texts: string[] = []
      for (const increment of await parts.finished()) {
        const text = incrementText(increment, delivering.scope)
        bytes += Buffer.byteLength(text)
        if (bytes <= delivering.maxBytes) {
          texts.push(text)
          continue
        }
        const errors = [delivering.tooLarge(increment.path)]
        texts.push(incrementText({ ...increment, text: 'null', errors }, delivering.scope))
        yield payload(texts, false)
        return
      }
      yield payload(texts, parts.open > 0)
    }
  } finally {
    delivering.stop()
  }
}

/** The parts that are under way. */
class Parts {
  readonly #delivering: Delivering
  readonly #finished: Finished[] = []
  #wake: (() => void) | undefined
  /** Parts of which nothing was taken yet. */
  open = 0

  constructor(delivering: Delivering) {
    this.#delivering = delivering
  }

  start(pending: readonly Pending[]): void {
    for (const one of pending) {
      this.open += 1
      void this.#run(one).then((finished) => {
        this.#finished.push(finished)
        this.#wake?.()
      })
    }
  }

  /** What is known by now and was not taken; waits until there is something. */
  async finished(): Promise<readonly Increment[]> {
    if (this.#finished.length === 0) await new Promise<void>((resolve) => (this.#wake = resolve))
    const taken = this.#finished.splice(0)
    this.open -= taken.length
    for (const { next } of taken) this.start(next)
    return taken.flatMap(({ increments }) => increments)
  }

  async #run(pending: Pending): Promise<Finished> {
    const { running, masked } = this.#delivering
    try {
      return await runPart(pending, running)
    } catch (cause) {
      const error = masked(cause)
      const { label } = pending.part
      const increments = pending.places.map(({ path }) => ({
        text: 'null',
        path,
        label,
        errors: [coded('INTERNAL_SERVER_ERROR', error.message, { path })],
      }))
      return { increments, next: [] }
    }
  }
}

function incrementText({ text, path, label, errors }: Increment, scope: Scope): string {
  const labelled = label === undefined ? '' : `,"label":${JSON.stringify(label)}`
  const head = `{"data":${text},"path":${JSON.stringify(path)}${labelled}`
  const [first] = errors
  if (first === undefined) return `${head}}`
  noteFailure(scope, first)
  return `${head},"errors":${JSON.stringify(errors.map((error) => named(error.toJSON(), scope)))}}`
}

function payload(increments: readonly string[], hasNext: boolean): Payload {
  return { text: `{"incremental":[${increments.join(',')}],"hasNext":${hasNext}}`, hasNext }
}
