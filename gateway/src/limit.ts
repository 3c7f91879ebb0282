import { Refusal } from './errors.js'
import { LIMIT_NAMES, type Limits, overLimit } from './limits.js'
import { measure, type Measures } from './measure.js'
import { Remembered } from './remembered.js'

interface Measured {
  /** Undefined for what is no GraphQL. */
  readonly measures: Measures | undefined
  /** Limits that it was found to be within last. */
  within: Limits | undefined
}

/** Throws a {@link Refusal} for a document beyond the limits. */
export type LimitDocument = (query: string, limits: Limits) => void

/**
 * Checks documents before anything dear looks at them. `most` are the highest limits that anybody has. Text that is not
 * GraphQL passes: the parser that comes after says what is wrong with it.
 */
export function createDocumentLimiter(most: Limits): LimitDocument {
  const measured = new Remembered<Measured>()
  return (query, limits) => {
    let found = measured.get(query)
    if (found === undefined) {
      found = { measures: measure(query, most), within: undefined }
      measured.set(query, found, query)
    }
    if (found.measures === undefined || found.within === limits) return
    checkMeasures(found.measures, limits)
    found.within = limits
  }
}

const MEASURED = LIMIT_NAMES.filter((name) => name !== 'maxListItems' && name !== 'maxResponseBytes')

function checkMeasures(found: Measures, limits: Limits): void {
  if (found.namesPrototype) {
    throw new Refusal('GRAPHQL_VALIDATION_FAILED', 'The name "__proto__" is not taken here.')
  }
  for (const name of MEASURED) if (found[name] > limits[name]) throw overLimit(name, found[name], limits)
}

/** Throws a {@link Refusal} for variables with a list that is too long, or that nest too deep. */
export function limitVariables(variables: unknown, limits: Limits): void {
  walk(variables, 0, limits)
}

function walk(value: unknown, depth: number, limits: Limits): void {
  if (typeof value !== 'object' || value === null) return
  // The object of all variables is no input itself.
  if (depth > limits.maxInputDepth) throw overLimit('maxInputDepth', depth, limits)
  if (Array.isArray(value) && value.length > limits.maxListItems) {
    throw overLimit('maxListItems', value.length, limits)
  }
  const fields = value as Readonly<Record<string, unknown>>
  for (const name in fields) walk(fields[name], depth + 1, limits)
}

/** Throws a {@link Refusal} for an answer that is longer than the caller may be sent. */
export function limitResponse(bytes: number, limits: Limits): void {
  if (bytes > limits.maxResponseBytes) throw overLimit('maxResponseBytes', bytes, limits)
}
