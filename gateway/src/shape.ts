import type { GraphQLError, GraphQLObjectType } from 'graphql'
import type { Fields } from './fetch/merge.js'
import type { Variables } from './fetch/representation.js'
import { introspect } from './introspect.js'
import type { Planned } from './plan.js'
import type { Selection } from './shape/selection.js'
import { BUBBLE, completeObject } from './shape/complete.js'
import { Known } from './shape/known.js'

export interface Shaped {
  readonly data: Fields | null
  readonly errors: readonly GraphQLError[]
}

/** What subgraphs gave, and the variables that decide @skip and @include. */
export interface Gathered {
  readonly data: Fields
  readonly errors: readonly GraphQLError[]
  readonly coerced: Variables
}

/**
 * Makes the client's answer of what subgraphs gave: only what was selected, in its order and under its names, with
 * nulls bubbled up to the nearest nullable field and an error for each value that the schema does not allow.
 */
export function shape(planned: Planned, selection: Selection, gathered: Gathered): Shaped {
  const known = new Known(gathered.errors)
  const root: GraphQLObjectType = planned.rootType
  const introspection = introspect(planned, selection.fieldsOf(root), gathered.coerced)
  const shaped = completeObject(gathered.data, root, selection, undefined, {
    schema: planned.schema,
    known,
    introspection,
  })
  return { data: shaped === BUBBLE ? null : shaped, errors: known.errors }
}
