import {
  type ConstDirectiveNode,
  type DocumentNode,
  type GraphQLCompositeType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  Kind,
} from 'graphql'
import { argument } from '../supergraph/sdl.js'

/** How one subgraph has a type. */
interface Join {
  readonly graph: string
  readonly keys: readonly string[]
  /** It has the interface as an object, and does not know what implements it. */
  readonly isInterfaceObject: boolean
}

/** Where objects can be asked for again by their keys, as a supergraph says it. Subgraphs are called as it calls them. */
export class Entities {
  readonly #schema: GraphQLSchema
  readonly #joins = new Map<string, readonly Join[]>()
  readonly #givers = new Map<string, readonly string[]>()

  constructor(supergraph: DocumentNode, schema: GraphQLSchema) {
    this.#schema = schema
    for (const definition of supergraph.definitions) {
      if (
        definition.kind !== Kind.OBJECT_TYPE_DEFINITION &&
        definition.kind !== Kind.INTERFACE_TYPE_DEFINITION
      )
        continue
      const type = definition.name.value
      this.#joins.set(type, joinsOf(definition.directives ?? []))
      for (const field of definition.fields ?? []) {
        const joins = field.directives?.filter((one) => one.name.value === 'join__field') ?? []
        if (joins.length > 0) this.#givers.set(`${type}.${field.name.value}`, joins.flatMap(giverIn))
      }
    }
  }

  /** The subgraphs that objects may come from which stand in a field. */
  givers(parent: GraphQLCompositeType, field: string): readonly string[] {
    const types = isAbstractType(parent) ? [parent, ...this.#schema.getPossibleTypes(parent)] : [parent]
    const all = types.flatMap(
      ({ name }) =>
        this.#givers.get(`${name}.${field}`) ?? (this.#joins.get(name) ?? []).map(({ graph }) => graph),
    )
    return [...new Set(all)]
  }

  /**
   * The subgraph whose keys objects of a type are asked for by, where they come from one of `givers`. Undefined when
   * none of them knows a key: there is no way back to such an object.
   */
  entrance(type: GraphQLObjectType, givers: readonly string[]): string | undefined {
    const keyed = (this.#joins.get(type.name) ?? []).filter(({ keys }) => keys.length > 0)
    const own = givers.find((giver) => keyed.some(({ graph }) => graph === giver))
    if (own !== undefined) return own
    // Who has the interface as an object has its key; any subgraph that has the object by the same key will do.
    const keys = type
      .getInterfaces()
      .flatMap(({ name }) =>
        (this.#joins.get(name) ?? [])
          .filter(({ graph, isInterfaceObject }) => isInterfaceObject && givers.includes(graph))
          .flatMap((join) => join.keys),
      )
    return keyed.find((join) => join.keys.some((key) => keys.includes(key)))?.graph
  }
}

function joinsOf(directives: readonly ConstDirectiveNode[]): Join[] {
  const joins = new Map<string, { graph: string; keys: string[]; isInterfaceObject: boolean }>()
  for (const one of directives) {
    const graph = argument(one, 'graph')
    if (one.name.value !== 'join__type' || graph === undefined) continue
    const join = joins.get(graph) ?? { graph, keys: [], isInterfaceObject: false }
    joins.set(graph, join)
    const key = argument(one, 'key')
    if (key !== undefined) join.keys.push(key)
    join.isInterfaceObject ||= isTrue(one, 'isInterfaceObject')
  }
  return [...joins.values()]
}

function giverIn(join: ConstDirectiveNode): string[] {
  const graph = argument(join, 'graph')
  return graph === undefined || isTrue(join, 'external') ? [] : [graph]
}

function isTrue(directive: ConstDirectiveNode, name: string): boolean {
  const value = directive.arguments?.find((one) => one.name.value === name)?.value
  return value?.kind === Kind.BOOLEAN && value.value
}
