import { createHash } from 'node:crypto'
import { Kind, parse, print, type SelectionSetNode } from 'graphql'
import { type Fragments, fragmentsOf } from '../fragments.js'
import { responseKey } from '../response-key.js'

/** One `_entities` field of a fetch. */
export interface CachedLookup {
  /** Response key of the field. */
  readonly alias: string
  readonly variable: string
  readonly selection: SelectionSetNode
  /** Equal for equal selections. */
  readonly hash: string
}

/** A query to a subgraph, as a cache sees it. */
export interface CachedQuery {
  /** Empty for a fetch of root fields. */
  readonly lookups: readonly CachedLookup[]
  readonly root: SelectionSetNode
  readonly hash: string
  readonly fragments: Fragments
  /** Variables that are no representations: their values decide what is answered, too. */
  readonly variables: readonly string[]
}

/** Reads the text of a fetch; undefined for what is never cached: no query, or entities beside root fields. */
export function readQuery(text: string): CachedQuery | undefined {
  const document = parse(text, { noLocation: true })
  const operation = document.definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION)
  if (operation?.kind !== Kind.OPERATION_DEFINITION || operation.operation !== 'query') return undefined
  const fragments = fragmentsOf(document)
  const fragmentText = [...fragments.values()].map((one) => print(one)).join('\n')
  const lookups: CachedLookup[] = []
  const { selections } = operation.selectionSet
  for (const field of selections) {
    if (field.kind !== Kind.FIELD || field.name.value !== '_entities') continue
    const given = field.arguments?.find((one) => one.name.value === 'representations')?.value
    if (given?.kind !== Kind.VARIABLE || field.selectionSet === undefined) return undefined
    if ((field.directives ?? []).length > 0) return undefined
    lookups.push({
      alias: responseKey(field),
      variable: given.name.value,
      selection: field.selectionSet,
      hash: hashed(print(field.selectionSet) + fragmentText),
    })
  }
  if (lookups.length > 0 && lookups.length < selections.length) return undefined
  const representations = new Set(lookups.map(({ variable }) => variable))
  return {
    lookups,
    root: operation.selectionSet,
    hash: hashed(text),
    fragments,
    variables: (operation.variableDefinitions ?? [])
      .map(({ variable }) => variable.name.value)
      .filter((name) => !representations.has(name)),
  }
}

/** 32 hex digits of a SHA-256: a clash would answer one question with the answer of another. */
export function hashed(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32)
}
