import {
  Kind,
  Lexer,
  parse,
  type SelectionNode,
  type SelectionSetNode,
  Source,
  TokenKind,
  visit,
} from 'graphql'
import type { LimitName, Limits } from './limits.js'
import { type Fragments, fragmentsOf } from './fragments.js'
import { responseKey } from './response-key.js'

type Measured = Exclude<LimitName, 'maxListItems' | 'maxResponseBytes'>

/** What of an operation is measured before it is validated. */
export interface Measures extends Readonly<Record<Measured, number>> {
  /** Something is called `__proto__`, which is no name for a key of an object. */
  readonly namesPrototype: boolean
}

/** Numbers that fragments multiply stop growing here. */
const PLENTY = 1_000_000_000

/**
 * Measures a document in time that is linear in its tokens, of which at most `most.maxTokens` are read: what is over a limit
 * of `most` may be counted no further. Undefined for text that is no GraphQL: the parser that comes after says what is
 * wrong with it.
 */
export function measure(query: string, most: Limits): Measures | undefined {
  try {
    return measureOrOverflow(query, most)
  } catch (cause) {
    if (cause instanceof RangeError) return { ...NOTHING, maxDepth: PLENTY }
    throw cause
  }
}

function measureOrOverflow(query: string, most: Limits): Measures | undefined {
  const scanned = scan(query, most)
  if (scanned === undefined || scanned.stopped) return scanned && { ...NOTHING, ...scanned.counts }
  const document = parseOrNot(query)
  if (document === undefined) return undefined
  const measuring: Measuring = { fragments: fragmentsOf(document), sizes: new Map(), roots: new Map() }
  const counts = { ...NOTHING, ...scanned.counts }
  for (const one of document.definitions) {
    if (one.kind !== Kind.OPERATION_DEFINITION) continue
    const { selectionSet } = one
    const size = sizeOf(selectionSet, measuring)
    counts.maxDepth = Math.max(counts.maxDepth, size.depth)
    counts.maxIntrospectionDepth = Math.max(counts.maxIntrospectionDepth, size.introspectionDepth)
    counts.maxCost = Math.max(counts.maxCost, size.cost)
    counts.maxRootFields = Math.max(counts.maxRootFields, rootKeys(selectionSet, measuring).size)
  }
  visit(document, {
    Field: ({ alias }) => void (counts.maxAliases += alias === undefined ? 0 : 1),
    Directive: () => void (counts.maxDirectives += 1),
    SelectionSet: (set) => void (counts.maxRepeats = Math.max(counts.maxRepeats, repeatsIn(set))),
  })
  return counts
}

const NOTHING = {
  maxTokens: 0,
  maxDepth: 0,
  maxIntrospectionDepth: 0,
  maxAliases: 0,
  maxDirectives: 0,
  maxRootFields: 0,
  maxCost: 0,
  maxRepeats: 0,
  maxInputDepth: 0,
  namesPrototype: false,
}

interface Scanned {
  readonly counts: Partial<Measures>
  /** A limit is passed already: parsing would cost more than it tells. */
  readonly stopped: boolean
}

/** One pass over the tokens, up to the first limit: it bounds what the recursive parser is given. */
function scan(query: string, most: Limits): Scanned | undefined {
  const lexer = new Lexer(new Source(query))
  // Fragments in line nest without being deeper.
  const deepest = 2 * Math.max(most.maxDepth, most.maxIntrospectionDepth) + 16
  const counts = { maxTokens: 0, maxInputDepth: 0, maxDepth: 0, namesPrototype: false }
  let parens = 0
  let inputs = 0
  let braces = 0
  try {
    for (;;) {
      const { kind, value } = lexer.advance()
      if (kind === TokenKind.EOF) return { counts: { ...counts, maxDepth: 0 }, stopped: false }
      counts.maxTokens += 1
      if (kind === TokenKind.PAREN_L) parens += 1
      else if (kind === TokenKind.PAREN_R) parens -= 1
      else if (parens === 0) braces += STEPS[kind] ?? 0
      else inputs += STEPS[kind] ?? 0
      if (value === '__proto__' && kind === TokenKind.NAME) counts.namesPrototype = true
      counts.maxDepth = braces
      counts.maxInputDepth = Math.max(counts.maxInputDepth, inputs)
      if (braces > deepest || counts.maxTokens > most.maxTokens || inputs > most.maxInputDepth) {
        return { counts: braces > deepest ? counts : { ...counts, maxDepth: 0 }, stopped: true }
      }
    }
  } catch {
    return undefined
  }
}

const STEPS: Readonly<Partial<Record<TokenKind, number>>> = {
  [TokenKind.BRACE_L]: 1,
  [TokenKind.BRACKET_L]: 1,
  [TokenKind.BRACE_R]: -1,
  [TokenKind.BRACKET_R]: -1,
}

function parseOrNot(query: string) {
  try {
    return parse(query, { noLocation: true })
  } catch {
    return undefined
  }
}

interface Size {
  readonly depth: number
  readonly introspectionDepth: number
  readonly cost: number
}

interface Measuring {
  readonly fragments: Fragments
  /** By fragment: each is worked out once. One that contains itself counts as nothing, and validation refuses it. */
  readonly sizes: Map<string, Size>
  readonly roots: Map<string, ReadonlySet<string>>
}

const EMPTY: Size = { depth: 0, introspectionDepth: 0, cost: 0 }

function sizeOf(set: SelectionSetNode, measuring: Measuring): Size {
  let depth = 1
  let introspectionDepth = 0
  let cost = 0
  for (const selection of set.selections) {
    const inner = innerSize(selection, measuring)
    cost = Math.min(PLENTY, cost + inner.cost + (selection.kind === Kind.FIELD ? 1 : 0))
    introspectionDepth = Math.max(introspectionDepth, inner.introspectionDepth)
    if (selection.kind !== Kind.FIELD) depth = Math.max(depth, inner.depth)
    else if (isIntrospection(selection.name.value))
      introspectionDepth = Math.max(introspectionDepth, inner.depth)
    else depth = Math.max(depth, inner.depth + 1)
  }
  return { depth, introspectionDepth, cost }
}

function innerSize(selection: SelectionNode, measuring: Measuring): Size {
  if (selection.kind !== Kind.FRAGMENT_SPREAD) {
    return selection.selectionSet === undefined ? EMPTY : sizeOf(selection.selectionSet, measuring)
  }
  const name = selection.name.value
  const known = measuring.sizes.get(name)
  const fragment = measuring.fragments.get(name)
  if (known !== undefined || fragment === undefined) return known ?? EMPTY
  measuring.sizes.set(name, EMPTY)
  const size = sizeOf(fragment.selectionSet, measuring)
  measuring.sizes.set(name, size)
  return size
}

function isIntrospection(field: string): boolean {
  return field === '__schema' || field === '__type'
}

/** The names under which an operation answers at its root. */
function rootKeys(set: SelectionSetNode, measuring: Measuring): ReadonlySet<string> {
  const keys = new Set<string>()
  for (const selection of set.selections) {
    if (selection.kind === Kind.FIELD) {
      if (selection.name.value !== '__typename') keys.add(responseKey(selection))
    } else {
      for (const key of keysInside(selection, measuring)) keys.add(key)
    }
  }
  return keys
}

function keysInside(
  selection: Exclude<SelectionNode, { kind: Kind.FIELD }>,
  measuring: Measuring,
): ReadonlySet<string> {
  if (selection.kind === Kind.INLINE_FRAGMENT) return rootKeys(selection.selectionSet, measuring)
  const name = selection.name.value
  const known = measuring.roots.get(name)
  const fragment = measuring.fragments.get(name)
  if (known !== undefined || fragment === undefined) return known ?? new Set()
  measuring.roots.set(name, new Set())
  const keys = rootKeys(fragment.selectionSet, measuring)
  measuring.roots.set(name, keys)
  return keys
}

/** Most selections of one set that answer under the same name. */
function repeatsIn({ selections }: SelectionSetNode): number {
  if (selections.length < 2) return selections.length
  const counts = new Map<string, number>()
  let most = 0
  for (const one of selections) {
    if (one.kind === Kind.INLINE_FRAGMENT) continue
    const key = one.kind === Kind.FIELD ? responseKey(one) : `...${one.name.value}`
    const count = (counts.get(key) ?? 0) + 1
    counts.set(key, count)
    most = Math.max(most, count)
  }
  return most
}
