import { type DirectiveNode, type GraphQLInterfaceType, type GraphQLObjectType, Kind } from 'graphql'
import type { Executable } from '../executable.js'
import { isIncluded } from '../shape/is-included.js'

type Variables = Executable['variables']

/** What an object can be: an interface only where no object type of it is known. */
export type Possible = GraphQLObjectType | GraphQLInterfaceType

/** One selection of a field, fragments written out: for which types it is meant, and to which of them it is denied. */
export interface Asked {
  readonly key: string
  readonly name: string
  readonly types: ReadonlySet<string>
  readonly denied: ReadonlySet<string>
  /** @skip and @include of the field and of the fragments around it, up to the object that it is selected of. */
  readonly conditions: readonly DirectiveNode[]
  /** Undefined for leaves, and for what is taken as it is. */
  readonly below: readonly Asked[] | undefined
  /** Something below is denied, or was added to the document. */
  readonly isTouched: boolean
}

/** A field that a caller may not see, where its document asks for it. */
export interface Denial {
  /** Response keys from the root, without places in lists. */
  readonly path: readonly string[]
  /** `Type.field`. */
  readonly field: string
}

/** Nobody reads more of them. */
export const MAX_DENIALS = 100

/** What is denied of an operation with these variables. */
export function denialsOf(asked: readonly Asked[], variables: Variables): readonly Denial[] {
  const found: Denial[] = []
  const follow = (selections: readonly Asked[], path: readonly string[]) => {
    for (const one of selections) {
      if (found.length >= MAX_DENIALS) return
      if (!isIncluded(one.conditions, variables)) continue
      const here = [...path, one.key]
      const [type] = one.denied
      if (type !== undefined) found.push({ path: here, field: `${type}.${one.name}` })
      if (one.denied.size < one.types.size && one.below !== undefined) follow(one.below, here)
    }
  }
  follow(asked, [])
  return found
}

/** Only these decide; the others have no say in it. */
export function conditionsOf(directives: readonly DirectiveNode[] | undefined): readonly DirectiveNode[] {
  return directives?.filter(({ name }) => name.value === 'skip' || name.value === 'include') ?? []
}

/** The values of an operation's booleans, with defaults: all that @skip and @include read. */
export function booleansOf(
  definitions: readonly {
    readonly variable: { readonly name: { readonly value: string } }
    readonly defaultValue?: { readonly kind: string; readonly value?: unknown } | undefined
  }[],
  given: Variables,
): Variables {
  const booleans: Record<string, boolean> = {}
  for (const { variable, defaultValue } of definitions) {
    const name = variable.name.value
    const otherwise = defaultValue?.kind === Kind.BOOLEAN && defaultValue.value === true
    booleans[name] = Object.hasOwn(given, name) ? given[name] === true : otherwise
  }
  return booleans
}
