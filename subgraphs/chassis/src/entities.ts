import { coded } from './errors.js'
import type { Scope } from './scope.js'

/** What a gateway knows of an entity: its type's name, its key fields and what @requires asked for. */
export interface Representation {
  readonly __typename: string
  readonly [field: string]: unknown
}

type One<S> = { resolve(representation: Representation, scope: S): unknown }['resolve']
type Many<S> = {
  resolve(representations: readonly Representation[], scope: S): Promise<readonly unknown[]>
}['resolve']

/**
 * Turns references into objects: one by one, or all of a request at once (`{ batch }`, as many answers as references,
 * in their order). Null or undefined: no such entity. An Error in the place of one fails that one alone.
 */
export type EntityResolver<S> = One<S> | { readonly batch: Many<S> }
export type EntityResolvers<S> = Readonly<Record<string, EntityResolver<S>>>

/**
 * Resolves `_entities`: every reference passes the request's loader of its type, so that equal references are resolved
 * once and a batch resolver is called once.
 */
export function resolveEntities<S extends Scope>(
  resolvers: EntityResolvers<S>,
  representations: readonly Representation[],
  scope: S,
): Promise<unknown[]> {
  return Promise.all(representations.map((representation) => resolveOne(resolvers, representation, scope)))
}

async function resolveOne<S extends Scope>(
  resolvers: EntityResolvers<S>,
  representation: Representation,
  scope: S,
): Promise<unknown> {
  const typename: unknown = representation?.__typename
  const resolver = typeof typename === 'string' ? resolvers[typename] : undefined
  if (typeof typename !== 'string' || resolver === undefined) {
    return coded('BAD_USER_INPUT', `No entity ${String(typename)} is resolved by ${scope.subgraph}.`)
  }
  const loader = scope.loads.of<Representation, unknown>(
    typename,
    (keys) => answer(resolver, keys, scope),
    JSON.stringify,
  )
  return loader.load(representation).catch((thrown: unknown) => thrown)
}

async function answer<S>(
  resolver: EntityResolver<S>,
  representations: readonly Representation[],
  scope: S,
): Promise<readonly unknown[]> {
  const found =
    typeof resolver === 'function'
      ? await Promise.all(
          representations.map(async (representation) => {
            try {
              return await resolver(representation, scope)
            } catch (thrown) {
              return thrown instanceof Error ? thrown : new Error(String(thrown))
            }
          }),
        )
      : await resolver.batch(representations, scope)
  return found.map((value, index) => named(value, representations[index]?.__typename ?? ''))
}

/** Gives a found entity the type's name by which graphql-js tells the members of `_Entity` apart. */
function named(value: unknown, typename: string): unknown {
  if (value === null || value === undefined) return null
  if (value instanceof Error || typeof value !== 'object') return value
  return '__typename' in value ? value : { ...value, __typename: typename }
}
