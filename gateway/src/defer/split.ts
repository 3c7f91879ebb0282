import {
  type FieldNode,
  type FragmentDefinitionNode,
  type FragmentSpreadNode,
  getNamedType,
  type GraphQLCompositeType,
  type GraphQLObjectType,
  type GraphQLSchema,
  type InlineFragmentNode,
  isAbstractType,
  isCompositeType,
  isUnionType,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import type { Executable } from '../executable.js'
import type { Variables } from '../fetch/payload.js'
import type { Fragments } from '../fragments.js'
import { isIncluded } from '../shape/is-included.js'
import { deferralOf } from './directive.js'
import type { Entities } from './entities.js'

/** Parts of one operation; fragments beyond this many are answered with what they stand in. */
const MAX_PARTS = 32
/** Types that the objects of one part may have: for each of them it is planned. */
const MAX_TYPES = 16
/** And the fields that are planned then, all types together. */
const MAX_FIELDS = 1_000

/** What is answered in one go: the first answer, or what one deferred fragment adds to it. */
export interface Portion {
  /** Conditions decided, fragments in line, and a mark where each of its parts belongs. */
  readonly executable: Executable
  readonly parts: readonly Part[]
}

/** What one deferred fragment adds to the objects that it stands in. */
export interface Part extends Portion {
  /** The alias of `__typename` by which the portion around it says where it belongs. */
  readonly mark: string
  readonly label: string | undefined
  /** What its objects can be, and the subgraph whose keys each is asked for by; undefined: it is the root of queries. */
  readonly entrances: ReadonlyMap<GraphQLObjectType, string | undefined>
}

export interface Splitting {
  readonly schema: GraphQLSchema
  readonly fragments: Fragments
  /** Those that @skip, @include and @defer read, and no others. */
  readonly variables: Variables
  readonly entities: Entities
  /** Marks of fragments that cannot come later. */
  readonly inline: ReadonlySet<string>
}

/** Where a selection set stands. */
interface Standing {
  readonly parent: GraphQLCompositeType
  readonly possible: readonly GraphQLObjectType[]
  /** The subgraphs that its objects may come from; undefined: it is the root. */
  readonly givers: readonly string[] | undefined
}

/**
 * Splits an operation of which fragments are deferred into what is answered first and the parts that come later. A
 * fragment stays where it is when its objects cannot be asked for again: they are no entities, or none that the
 * subgraph knows which gives them.
 */
export function split(executable: Executable, splitting: Splitting): Portion {
  return new Splitter(executable, splitting).first()
}

class Splitter {
  readonly #executable: Executable
  readonly #splitting: Splitting
  readonly #mark: string
  readonly #key: string
  #met = 0
  #parts = 0

  constructor(executable: Executable, splitting: Splitting) {
    this.#executable = executable
    this.#splitting = splitting
    let mark = '__lighthouse_part'
    while (executable.query.includes(mark)) mark += '_'
    this.#mark = mark
    this.#key = JSON.stringify([executable.id, splitting.variables, [...splitting.inline]])
  }

  first(): Portion {
    const { operation, selectionSet } = this.#executable.definition
    const root = this.#splitting.schema.getRootType(operation)
    if (!root) throw new Error(`The schema has no ${operation} type.`)
    return this.#portion(selectionSet, { parent: root, possible: [root], givers: undefined })
  }

  #portion(set: SelectionSetNode, standing: Standing, part?: string): Portion {
    const parts: Part[] = []
    const selectionSet = this.#set(set, standing, parts)
    // A part of a mutation asks for what it did, and never does it again.
    const whole = this.#executable.definition
    const operation = part === undefined ? whole.operation : OperationTypeNode.QUERY
    const definition: OperationDefinitionNode = { ...whole, operation, selectionSet, directives: [] }
    const key = `${this.#key} ${part ?? ''}`
    const executable: Executable = {
      query: this.#executable.query,
      document: { kind: Kind.DOCUMENT, definitions: [definition] },
      definition,
      key,
      id: key,
      // Plans are kept, and values are nobody else's business.
      variables: {},
      ...(part === undefined ? {} : { on: standing.parent.name }),
    }
    return { executable, parts }
  }

  #set(set: SelectionSetNode, standing: Standing, parts: Part[]): SelectionSetNode {
    const selections = set.selections.flatMap((one) => {
      if (!isIncluded(one.directives, this.#splitting.variables)) return []
      return one.kind === Kind.FIELD
        ? [this.#field(one, standing, parts)]
        : this.#fragment(one, standing, parts)
    })
    return { kind: Kind.SELECTION_SET, selections }
  }

  #field(field: FieldNode, { parent }: Standing, parts: Part[]): FieldNode {
    const plain: FieldNode = { ...field, directives: [] }
    const name = field.name.value
    const declared = isUnionType(parent) ? undefined : parent.getFields()[name]
    const type = declared === undefined ? undefined : getNamedType(declared.type)
    if (field.selectionSet === undefined) return plain
    if (!isCompositeType(type)) return { ...plain, selectionSet: this.#introspection(field.selectionSet) }
    const givers = this.#splitting.entities.givers(parent, name)
    const below = { parent: type, possible: possibleOf(type, this.#splitting.schema), givers }
    return { ...plain, selectionSet: this.#set(field.selectionSet, below, parts) }
  }

  /** The schema itself answers these at once: nothing of them comes later. */
  #introspection(set: SelectionSetNode): SelectionSetNode {
    const selections = set.selections.flatMap((one): readonly SelectionNode[] => {
      if (!isIncluded(one.directives, this.#splitting.variables)) return []
      if (one.kind === Kind.FIELD) {
        const { selectionSet } = one
        const inner = selectionSet && { selectionSet: this.#introspection(selectionSet) }
        return [{ ...one, directives: [], ...inner }]
      }
      const fragment = this.#definition(one)
      if (fragment === undefined) return []
      return [inlined(fragment, this.#introspection(fragment.selectionSet))]
    })
    return { kind: Kind.SELECTION_SET, selections }
  }

  #fragment(
    node: InlineFragmentNode | FragmentSpreadNode,
    standing: Standing,
    parts: Part[],
  ): readonly SelectionNode[] {
    const fragment = this.#definition(node)
    if (fragment === undefined) return []
    const within = this.#narrowed(standing, fragment.typeCondition?.name.value)
    const deferral = deferralOf(node.directives, this.#splitting.variables)
    if (deferral !== undefined) {
      const mark = `${this.#mark}${this.#met++}`
      const isInline = this.#splitting.inline.has(mark)
      const entrances = isInline ? undefined : this.#entrances(within, fragment.selectionSet)
      if (entrances !== undefined && this.#parts < MAX_PARTS) {
        this.#parts += 1
        const portion = this.#portion(fragment.selectionSet, within, mark)
        parts.push({ ...portion, ...deferral, mark, entrances })
        return [inlined(fragment, marked(mark))]
      }
    }
    return [inlined(fragment, this.#set(fragment.selectionSet, within, parts))]
  }

  #definition(node: InlineFragmentNode | FragmentSpreadNode) {
    return node.kind === Kind.INLINE_FRAGMENT ? node : this.#splitting.fragments.get(node.name.value)
  }

  #narrowed(standing: Standing, condition: string | undefined): Standing {
    const { schema } = this.#splitting
    const parent = condition === undefined ? undefined : schema.getType(condition)
    if (!isCompositeType(parent)) return standing
    const fits = new Set(possibleOf(parent, schema))
    return { ...standing, parent, possible: standing.possible.filter((one) => fits.has(one)) }
  }

  /** The fields of a selection, fragments written out. */
  #size({ selections }: SelectionSetNode): number {
    let size = 0
    for (const one of selections) {
      const inner = one.kind === Kind.FIELD ? one.selectionSet : this.#definition(one)?.selectionSet
      size += (one.kind === Kind.FIELD ? 1 : 0) + (inner === undefined ? 0 : this.#size(inner))
    }
    return size
  }

  /** How each of a place's objects can be asked for again; undefined when one of them cannot. */
  #entrances({ parent, possible, givers }: Standing, set: SelectionSetNode): Part['entrances'] | undefined {
    const { schema, entities } = this.#splitting
    if (givers === undefined)
      return parent === schema.getQueryType() ? new Map([[parent, undefined]]) : undefined
    if (possible.length === 0 || possible.length > MAX_TYPES) return undefined
    if (possible.length > 1 && possible.length * this.#size(set) > MAX_FIELDS) return undefined
    const entrances = new Map<GraphQLObjectType, string>()
    for (const type of possible) {
      const entrance = entities.entrance(type, givers)
      if (entrance === undefined) return undefined
      entrances.set(type, entrance)
    }
    return entrances
  }
}

function inlined(
  { typeCondition }: InlineFragmentNode | FragmentDefinitionNode,
  selectionSet: SelectionSetNode,
): InlineFragmentNode {
  return {
    kind: Kind.INLINE_FRAGMENT,
    ...(typeCondition === undefined ? {} : { typeCondition }),
    selectionSet,
  }
}

function marked(mark: string): SelectionSetNode {
  const field: FieldNode = {
    kind: Kind.FIELD,
    alias: { kind: Kind.NAME, value: mark },
    name: { kind: Kind.NAME, value: '__typename' },
  }
  return { kind: Kind.SELECTION_SET, selections: [field] }
}

/** What objects of a declared type can be. */
export function possibleOf(type: GraphQLCompositeType, schema: GraphQLSchema): readonly GraphQLObjectType[] {
  return isAbstractType(type) ? schema.getPossibleTypes(type) : [type]
}
