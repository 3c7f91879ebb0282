import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  Lexer,
  parse,
  type SelectionSetNode,
  Source,
  TokenKind,
} from 'graphql'
import { LRUCache } from 'lru-cache'
import { Refusal } from './errors.js'

/** What a document may be at most; checked before it is validated or planned, where size costs far more. */
export interface Limits {
  /** Lexical tokens. */
  readonly maxTokens: number
  /** Nested selection sets, fragments expanded. The introspection query of graphql-js has 15. */
  readonly maxDepth: number
  readonly maxAliases: number
  /** Selections with fragments written out, as the planner and the shape see them. */
  readonly maxSelections: number
}

export const DEFAULT_LIMITS: Limits = { maxTokens: 1_000, maxDepth: 15, maxAliases: 30, maxSelections: 5_000 }

/** Measured documents that are remembered, so that a repeated one costs a look-up. */
const MAX_MEASURED = 2_000
const MAX_MEASURED_CHARACTERS = 8 * 1_024 * 1_024

/**
 * A check that throws a {@link Refusal} for documents beyond the limits. Text that is not GraphQL passes: the parser
 * that comes after says what is wrong with it.
 */
export function createLimiter(limits: Limits): (query: string) => void {
  const measured = new LRUCache<string, Refusal | true>({
    max: MAX_MEASURED,
    maxSize: MAX_MEASURED_CHARACTERS,
    sizeCalculation: (_, query) => Math.max(1, query.length),
  })
  return (query) => {
    let outcome = measured.get(query)
    if (outcome === undefined) {
      outcome = measure(query, limits) ?? true
      measured.set(query, outcome)
    }
    if (outcome !== true) throw outcome
  }
}

function measure(query: string, limits: Limits): Refusal | undefined {
  const counted = countTokens(query, limits)
  if (counted !== undefined) return counted === 'not GraphQL' ? undefined : counted
  let document: DocumentNode
  try {
    document = parse(query, { noLocation: true })
  } catch {
    return undefined
  }
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const one of document.definitions) {
    if (one.kind === Kind.FRAGMENT_DEFINITION) fragments.set(one.name.value, one)
  }
  const sizes = new Map<string, Size>()
  for (const one of document.definitions) {
    if (one.kind !== Kind.OPERATION_DEFINITION) continue
    const { depth, selections } = sizeOf(one.selectionSet, fragments, sizes)
    if (depth > limits.maxDepth) return tooDeep(limits, depth)
    if (selections > limits.maxSelections) {
      const message = `The document selects more than ${limits.maxSelections} fields once its fragments are written out.`
      return new Refusal('QUERY_TOO_COMPLEX', message)
    }
  }
  return undefined
}

/** One pass over the tokens: it stops at the first limit, so that no long document is read to its end. */
function countTokens(query: string, limits: Limits): Refusal | 'not GraphQL' | undefined {
  const lexer = new Lexer(new Source(query))
  let tokens = 0
  let braces = 0
  let parens = 0
  let aliases = 0
  let afterName = false
  try {
    for (;;) {
      const { kind, value } = lexer.advance()
      if (kind === TokenKind.EOF) return undefined
      tokens += 1
      if (tokens > limits.maxTokens) {
        return new Refusal('QUERY_TOO_COMPLEX', `The document has more than ${limits.maxTokens} tokens.`)
      }
      if (kind === TokenKind.PAREN_L) parens += 1
      if (kind === TokenKind.PAREN_R) parens -= 1
      if (kind === TokenKind.BRACE_L && parens === 0) braces += 1
      if (kind === TokenKind.BRACE_R && parens === 0) braces -= 1
      if (braces > limits.maxDepth) return tooDeep(limits, braces)
      if (kind === TokenKind.COLON && parens === 0 && braces > 0 && afterName) aliases += 1
      if (aliases > limits.maxAliases) {
        return new Refusal('QUERY_TOO_COMPLEX', `The document has more than ${limits.maxAliases} aliases.`)
      }
      if (value === '__proto__' && kind === TokenKind.NAME) {
        return new Refusal('GRAPHQL_VALIDATION_FAILED', 'The name "__proto__" is not taken here.')
      }
      afterName = kind === TokenKind.NAME
    }
  } catch {
    return 'not GraphQL'
  }
}

interface Size {
  readonly depth: number
  readonly selections: number
}

const NOTHING: Size = { depth: 0, selections: 0 }

/** A fragment's size is worked out once; one that contains itself counts as nothing and fails validation later. */
function sizeOf(
  set: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  sizes: Map<string, Size>,
): Size {
  let depth = 1
  let selections = 0
  for (const selection of set.selections) {
    if (selection.kind === Kind.FIELD) selections += 1
    const inner =
      selection.kind === Kind.FRAGMENT_SPREAD
        ? fragmentSize(selection.name.value, fragments, sizes)
        : selection.selectionSet === undefined
          ? NOTHING
          : sizeOf(selection.selectionSet, fragments, sizes)
    selections += inner.selections
    depth = Math.max(depth, selection.kind === Kind.FIELD ? inner.depth + 1 : inner.depth)
  }
  return { depth, selections }
}

function fragmentSize(
  name: string,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  sizes: Map<string, Size>,
): Size {
  const known = sizes.get(name)
  const fragment = fragments.get(name)
  if (known !== undefined || fragment === undefined) return known ?? NOTHING
  sizes.set(name, NOTHING)
  const size = sizeOf(fragment.selectionSet, fragments, sizes)
  sizes.set(name, size)
  return size
}

function tooDeep(limits: Limits, depth: number): Refusal {
  return new Refusal(
    'QUERY_TOO_DEEP',
    `The document nests selections ${depth} deep; the limit is ${limits.maxDepth}.`,
  )
}
