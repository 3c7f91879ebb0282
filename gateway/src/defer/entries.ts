import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type EnumValueDefinitionNode,
  type FieldDefinitionNode,
  Kind,
  parse,
  type SelectionSetNode,
} from 'graphql'
import { quoted } from '../quote.js'
import { argument, type Composite, fieldJoins, flag, isComposite, selectionOf } from '../supergraph/sdl.js'
import { namedType } from '../supergraph/subgraph-types.js'
import { ELSEWHERE } from '../supergraph/whole-unions.js'

/** Ends the planner's name for the entries of a subgraph. No SDL name contains it by accident. */
const ENTRY = '__entry'

/** The root field by which the planner enters at an object that came from a subgraph before. */
export function entryField(type: string, graph: string): string {
  return `${type}${ENTRY}_${graph}`
}

/** True for what the planner would ask of no real subgraph: what is there already. */
export function isEntry(service: string): boolean {
  return service.endsWith(ENTRY)
}

/**
 * The same supergraph with entries: for each subgraph that knows keys one more, that has the same objects with nothing
 * but their keys, each under a root field of Query, and finds none by them. A query of such a field is planned as what
 * is left to be asked for of an object whose keys are known.
 */
export function withEntries(supergraph: DocumentNode): DocumentNode {
  const types = new Map<string, Composite>()
  for (const one of supergraph.definitions) if (isComposite(one)) types.set(one.name.value, one)
  const entries = new Entries(types)
  return { ...supergraph, definitions: supergraph.definitions.map((one) => entries.added(one)) }
}

class Entries {
  readonly #types: ReadonlyMap<string, Composite>
  /** By subgraph: the objects that it knows keys of. */
  readonly #roots = new Map<string, Set<string>>()
  /** By type and subgraph: the keys, none for what is only part of another one's. */
  readonly #keys = new Map<string, Map<string, Set<string>>>()
  /** By `Type.field`: the subgraphs in which it is part of a key. */
  readonly #fields = new Map<string, Set<string>>()
  readonly #parsed = new Map<string, readonly ConstDirectiveNode[]>()
  readonly #selected = new Map<string, SelectionSetNode | undefined>()

  constructor(types: ReadonlyMap<string, Composite>) {
    this.#types = types
    for (const type of types.values()) {
      for (const join of type.directives ?? []) {
        const [graph, key] = [argument(join, 'graph'), argument(join, 'key')]
        if (join.name.value !== 'join__type' || graph === undefined || key === undefined) continue
        // Nothing has it; it is there for other plans.
        if (key === ELSEWHERE) continue
        // Who has an interface as an object does not know the objects that can be asked for.
        if (flag(join, 'isInterfaceObject') === true) continue
        this.#take(type, graph, key)
      }
    }
  }

  /** The same few stand at very many fields. */
  #directives(text: string): readonly ConstDirectiveNode[] {
    const known = this.#parsed.get(text) ?? directivesOf(text)
    this.#parsed.set(text, known)
    return known
  }

  #take(type: Composite, graph: string, key: string): void {
    const name = type.name.value
    this.#joined(name, graph).add(key)
    if (type.kind === Kind.OBJECT_TYPE_DEFINITION) {
      const roots = this.#roots.get(graph) ?? new Set()
      this.#roots.set(graph, roots.add(name))
    }
    if (!this.#selected.has(key)) this.#selected.set(key, selectionOf(key))
    const selected = this.#selected.get(key)
    if (selected !== undefined) this.#follow(name, graph, selected)
  }

  #follow(type: string, graph: string, { selections }: SelectionSetNode): void {
    for (const one of selections) {
      if (one.kind === Kind.INLINE_FRAGMENT) {
        const condition = one.typeCondition?.name.value ?? type
        this.#joined(condition, graph)
        this.#follow(condition, graph, one.selectionSet)
      }
      if (one.kind !== Kind.FIELD) continue
      const coordinate = `${type}.${one.name.value}`
      const graphs = this.#fields.get(coordinate) ?? new Set()
      this.#fields.set(coordinate, graphs.add(graph))
      const field = this.#types.get(type)?.fields?.find(({ name }) => name.value === one.name.value)
      if (field === undefined || one.selectionSet === undefined) continue
      const target = namedType(field.type)
      this.#joined(target, graph)
      this.#follow(target, graph, one.selectionSet)
    }
  }

  #joined(type: string, graph: string): Set<string> {
    const graphs = this.#keys.get(type) ?? new Map<string, Set<string>>()
    const keys = graphs.get(graph) ?? new Set()
    this.#keys.set(type, graphs.set(graph, keys))
    return keys
  }

  /** A definition with what entries add to it. */
  added(definition: DefinitionNode): DefinitionNode {
    if (isComposite(definition)) {
      return definition.name.value === 'Query' ? this.#query(definition) : this.#composite(definition)
    }
    if (definition.kind === Kind.ENUM_TYPE_DEFINITION) {
      if (definition.name.value === 'join__Graph') return { ...definition, values: this.#graphs(definition) }
      const values = definition.values?.map((value) => ({ ...value, directives: this.#doubled(value) }))
      return { ...definition, directives: this.#doubled(definition), values: values ?? [] }
    }
    if (definition.kind === Kind.SCALAR_TYPE_DEFINITION) {
      return { ...definition, directives: this.#doubled(definition) }
    }
    return definition
  }

  #graphs({
    values = [],
  }: {
    readonly values?: readonly EnumValueDefinitionNode[] | undefined
  }): EnumValueDefinitionNode[] {
    const names = values.filter((value) => this.#roots.has(value.name.value))
    const entries = names.map(({ name: { value } }): EnumValueDefinitionNode => {
      const name = { kind: Kind.NAME, value: value + ENTRY } as const
      const directives = this.#directives(`@join__graph(name: ${quoted(value + ENTRY)}, url: "")`)
      return { kind: Kind.ENUM_VALUE_DEFINITION, name, directives }
    })
    return [...values, ...entries]
  }

  #query(type: Composite): Composite {
    const text = [...this.#roots].flatMap(([graph, names]) =>
      [...names].map((name) => `${entryField(name, graph)}: ${name} @join__field(graph: ${graph}${ENTRY})`),
    )
    if (text.length === 0) return type
    const joins = [...this.#roots.keys()].map((graph) => `@join__type(graph: ${graph}${ENTRY})`)
    const directives = type.directives ?? []
    return {
      ...type,
      directives: [...directives, ...this.#directives(joins.join(' '))],
      fields: [
        ...(type.fields ?? []).map((field) => ({
          ...field,
          directives: fieldJoins(field, directives),
        })),
        ...fieldsOf(text.join('\n')),
      ],
    }
  }

  #composite(type: Composite): Composite {
    const graphs = this.#keys.get(type.name.value)
    if (graphs === undefined) return type
    const directives = type.directives ?? []
    const joins = [...graphs].flatMap(([graph, keys]) => {
      if (!this.#roots.has(graph)) return []
      return keys.size === 0
        ? [`@join__type(graph: ${graph}${ENTRY})`]
        : [...keys].map(
            (key) => `@join__type(graph: ${graph}${ENTRY}, key: ${quoted(key)}, resolvable: false)`,
          )
    })
    const implemented = directives.flatMap((one) => {
      const [graph, by] = [argument(one, 'graph') ?? '', argument(one, 'interface') ?? '']
      const isKnown = one.name.value === 'join__implements' && graphs.has(graph)
      return isKnown && this.#roots.has(graph) && this.#keys.get(by)?.has(graph) === true
        ? [`@join__implements(graph: ${graph}${ENTRY}, interface: ${quoted(by)})`]
        : []
    })
    return {
      ...type,
      directives: [...directives, ...this.#directives([...joins, ...implemented].join(' '))],
      fields: (type.fields ?? []).map((field) => this.#field(field, type)),
    }
  }

  #field(field: FieldDefinitionNode, type: Composite): FieldDefinitionNode {
    const graphs = this.#fields.get(`${type.name.value}.${field.name.value}`) ?? []
    const known = [...graphs].filter((graph) => this.#roots.has(graph))
    const added = known.map((graph) => `@join__field(graph: ${graph}${ENTRY})`)
    const joins = fieldJoins(field, type.directives ?? [])
    return { ...field, directives: [...joins, ...this.#directives(added.join(' '))] }
  }

  /** Leaves may be part of a key, so entries have those of their subgraph. */
  #doubled({ directives = [] }: { readonly directives?: readonly ConstDirectiveNode[] | undefined }) {
    const added = directives.flatMap((one) => {
      const graph = argument(one, 'graph')
      const isJoin = one.name.value === 'join__type' || one.name.value === 'join__enumValue'
      return isJoin && graph !== undefined && this.#roots.has(graph)
        ? [`@${one.name.value}(graph: ${graph}${ENTRY})`]
        : []
    })
    return [...directives, ...this.#directives(added.join(' '))]
  }
}

function directivesOf(text: string): readonly ConstDirectiveNode[] {
  const [first] = parse(`scalar S ${text}`, { noLocation: true }).definitions
  return first?.kind === Kind.SCALAR_TYPE_DEFINITION ? (first.directives ?? []) : []
}

function fieldsOf(text: string): readonly FieldDefinitionNode[] {
  const [first] = parse(`type T { ${text} }`, { noLocation: true }).definitions
  return first?.kind === Kind.OBJECT_TYPE_DEFINITION ? (first.fields ?? []) : []
}
