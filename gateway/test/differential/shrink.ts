import { type DocumentNode, validate, validateSchema, visit } from 'graphql'
import type { Model } from './model.js'
import { type Case, type Graph, openGraph, runCase } from './run-case.js'
import { smallerModels, withoutUnnamed } from './smaller-model.js'
import { monolith } from './serve-model.js'
import { smallerOperations } from './smaller-operation.js'

/** So long is spent on one failure; what is smallest then is shown. */
const MAX_SHRINK_MS = 20_000

/** A failure made smaller. */
export interface Shrunk {
  readonly smallest: Case
  readonly why: string
}

/**
 * The smallest case found that fails in the same way: selections, arguments, data, then fields, types and subgraphs are
 * left out, one at a time, for as long as it fails.
 */
export async function shrink(failing: Case, why: string, run = runCase): Promise<Shrunk> {
  const shrinking = new Shrinking(failing, why, run)
  for (let before = -1; before !== shrinking.steps; ) {
    before = shrinking.steps
    await shrinking.operation()
    await shrinking.data()
    await shrinking.model()
  }
  return { smallest: shrinking.smallest, why: shrinking.why }
}

/** Failures of one kind begin with the same line. */
const kindOf = (why: string): string => {
  const [first = '', second = ''] = why.split('\n')
  return first.startsWith('the gateway threw')
    ? second.replaceAll(/"[^"]*"|\[[^\]]*\]/g, '').slice(0, 80)
    : first.slice(0, 20)
}

class Shrinking {
  smallest: Case
  why: string
  /** How often it got smaller. */
  steps = 0
  readonly #kind: string
  readonly #run: typeof runCase
  readonly #endAt = Date.now() + MAX_SHRINK_MS

  constructor(failing: Case, why: string, run: typeof runCase) {
    this.#run = run
    this.smallest = failing
    this.why = why
    this.#kind = kindOf(why)
  }

  async operation(): Promise<void> {
    // After a success the next candidate of what is left is tried, not the first again.
    for (let from = 0, isSmaller = true; isSmaller; ) {
      isSmaller = false
      for (const candidate of smallerOperations(this.smallest.operation, from)) {
        const isValid = validate(this.smallest.graph.whole, candidate.document).length === 0
        isSmaller = isValid && (await this.#take({ ...this.smallest, operation: candidate }))
        if (isSmaller) break
        from += 1
      }
    }
  }

  async data(): Promise<void> {
    const { data, graph } = this.smallest
    if (data.errors > 0) await this.#take({ ...this.smallest, data: { ...data, errors: 0 } })
    const { nulls } = this.smallest.data
    if (nulls > 0) await this.#take({ ...this.smallest, data: { ...this.smallest.data, nulls: 0 } })
    const { errors } = this.smallest.data
    if (this.smallest.data.nulls === 0 && errors === 0) return
    const { objects, roots, mutations } = graph.model
    const types = [...objects, { name: 'Query', fields: roots }, { name: 'Mutation', fields: mutations }]
    for (const { name, fields } of types) {
      for (const field of fields) {
        const calm = [...this.smallest.data.calm, `${name}.${field.name}`]
        if (!this.smallest.data.calm.includes(`${name}.${field.name}`))
          await this.#take({ ...this.smallest, data: { ...this.smallest.data, calm } })
      }
    }
  }

  async model(): Promise<void> {
    const { document } = this.smallest.operation
    // All that the operation does not name goes at once where that is possible.
    await this.#open(withoutUnnamed(this.smallest.graph.model, namesIn(document)))
    for (let from = 0, isSmaller = true; isSmaller; ) {
      isSmaller = false
      for (const candidate of smallerModels(this.smallest.graph.model).slice(from)) {
        isSmaller = await this.#open(candidate)
        if (isSmaller) break
        from += 1
      }
    }
  }

  async #open(model: Model): Promise<boolean> {
    if (Date.now() > this.#endAt) return false
    let graph: Graph
    try {
      const whole = monolith(model)
      if (validateSchema(whole).length > 0) return false
      if (validate(whole, this.smallest.operation.document).length > 0) return false
      graph = openGraph(model)
    } catch {
      return false // It is no schema, or does not compose.
    }
    return this.#take({ ...this.smallest, graph })
  }

  async #take(candidate: Case): Promise<boolean> {
    if (Date.now() > this.#endAt) return false
    const why = await this.#run(candidate)
    if (why === undefined || kindOf(why) !== this.#kind) return false
    this.smallest = candidate
    this.why = why
    this.steps += 1
    return true
  }
}

function namesIn(document: DocumentNode): ReadonlySet<string> {
  const names = new Set<string>()
  visit(document, {
    Name(node) {
      names.add(node.value)
    },
  })
  return names
}
