import type { CachedQuery } from './cached-query.js'
import { TAGS } from './entity-tags.js'
import type { Hints } from './hints.js'
import type { CacheSettings } from './settings.js'
import type { SelectionSetNode } from 'graphql'

/** How what one selection on one type gives is kept. */
export interface Kept {
  readonly ttlMs: number
  /** Only for callers who are told apart by nothing. */
  readonly isPrivate: boolean
  readonly tags: readonly string[]
}

/**
 * How long a selection on a type of a subgraph is kept, and for whom; undefined when it is not. The rule of the subgraph
 * goes before the rule of the type, and that before the supergraph's @cacheControl.
 */
export function keptFor(
  subgraph: string,
  type: string,
  selection: SelectionSetNode,
  { settings, hints, query }: { settings: CacheSettings; hints: Hints; query: CachedQuery },
): Kept | undefined {
  const tags = [TAGS.subgraph(subgraph), TAGS.type(type)]
  const rule = settings.subgraphs?.[subgraph]?.types?.[type] ?? settings.types?.[type]
  if (rule !== undefined) {
    if (rule.ttlMs === 0) return undefined
    const isPrivate = rule.scope === 'private'
    return { ttlMs: rule.ttlMs, isPrivate, tags: [...tags, ...rule.tags.map(TAGS.named)] }
  }
  if (!settings.hints) return undefined
  const { maxAgeS, isPrivate } = hints.ageOf(type, selection, query.fragments)
  return maxAgeS > 0 && Number.isFinite(maxAgeS) ? { ttlMs: maxAgeS * 1_000, isPrivate, tags } : undefined
}
