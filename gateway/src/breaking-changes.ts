import { findBreakingChanges } from 'graphql'
import { loadSupergraph } from './supergraph/supergraph.js'

/**
 * What clients of one supergraph would miss in the next, a sentence each: of what they see, not of how it is split. Throws when
 * one of the two is no supergraph. Source: findBreakingChanges of graphql-js.
 */
export function breakingChanges(before: string, after: string): string[] {
  const [old, next] = [loadSupergraph(before), loadSupergraph(after)]
  return findBreakingChanges(old.apiSchema, next.apiSchema).map(({ description }) => description)
}
