import type { FieldNode, GraphQLError, GraphQLObjectType, GraphQLSchema } from 'graphql'
import type { Gathering } from './fetch/fetch.js'
import type { Variables } from './fetch/payload.js'
import { introspect, introspectionOf } from './introspect.js'
import { ShapeCompiler, type Write } from './shape/compile.js'
import { Known } from './shape/known.js'
import type { Selection, ShapeField } from './shape/selection.js'
import { type Root, toldErrors } from './shape/told-errors.js'
import { BUBBLE, Writing } from './shape/writing.js'

/** What an operation's answer looks like, compiled once. */
export interface Shape {
  readonly rootFields: readonly ShapeField[]
  /** What of the root the schema itself answers. */
  readonly introspection: readonly FieldNode[]
  readonly write: Write
  readonly root: Root
}

export interface Shaped {
  /** JSON text of the data. */
  readonly text: string
  readonly errors: readonly GraphQLError[]
}

/** Compiles what the client selected of the root to a writer of JSON text. */
export function compileShape(schema: GraphQLSchema, root: GraphQLObjectType, selection: Selection): Shape {
  const rootFields = selection.fieldsOf(root)
  return {
    rootFields,
    introspection: introspectionOf(rootFields),
    write: new ShapeCompiler(schema).object(root, selection),
    root: { schema, type: root, selection },
  }
}

/**
 * Makes the client's answer of what subgraphs gave: only what was selected, in its order and under its names, with
 * nulls bubbled up to the nearest nullable field and an error for each value that the schema does not allow.
 */
export function shape(
  planned: Parameters<typeof introspect>[0],
  { introspection, write, root }: Shape,
  gathered: Shaping,
): Shaped {
  const known = new Known(toldErrors(gathered.errors, gathered.data, root))
  const introspected = introspect(planned, introspection, gathered.coerced)
  const writing = new Writing(known, gathered.shared, introspected)
  if (write(gathered.data, writing, 0) === BUBBLE) writing.nothingSince(0)
  return { text: writing.sink.close(), errors: known.errors }
}

/** What subgraphs gave, and the variables that introspection reads. */
export interface Shaping extends Pick<Gathering, 'data' | 'errors' | 'shared'> {
  readonly coerced: Variables
}
