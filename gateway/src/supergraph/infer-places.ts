import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  Kind,
  type SelectionSetNode,
  type TypeDefinitionNode,
} from 'graphql'
import { argument, type Composite, isComposite, selectionOf } from './sdl.js'
import { namedType } from './subgraph-types.js'

/** Which subgraph has what of a supergraph that Federation 1 composed (join v0.1), by the names of enum join__Graph. */
export interface Places {
  /** The subgraphs that have a type. */
  graphsOf(type: string): readonly string[]
  /** The subgraphs that give a field. */
  givers(type: Composite, field: FieldDefinitionNode): readonly string[]
  /** Those that name it in what they require or provide, and do not give it by themselves. */
  knowers(type: Composite, field: FieldDefinitionNode): readonly string[]
}

/**
 * Reads from a supergraph of join v0.1 which subgraph has what. It says so of entities and root fields only: each belongs to
 * its owner or to the subgraph that it names, and what a key names to each subgraph that has the key. Of all other types it
 * says nothing, for in Federation 1 they are equal wherever they are: they are taken to be, whole, in each subgraph from
 * whose fields they are reached, as that federation's own gateways took it.
 */
export function inferPlaces(document: DocumentNode): Places {
  const found = new Found(document)
  found.place()
  return found
}

type Member = FieldDefinitionNode | InputValueDefinitionNode

class Found implements Places {
  readonly #types = new Map<string, TypeDefinitionNode>()
  readonly #graphs: readonly string[]
  readonly #roots: ReadonlySet<string>
  readonly #implementing = new Map<string, Composite[]>()
  /** By type. */
  readonly #places = new Map<string, Set<string>>()
  /** By `Type.field`: what the supergraph says, what keys name, and what is required or provided. */
  readonly #given = new Map<string, Set<string>>()
  readonly #keyed = new Map<string, Set<string>>()
  readonly #known = new Map<string, Set<string>>()

  constructor(document: DocumentNode) {
    for (const one of document.definitions) {
      if (!isType(one) || one.name.value.startsWith('join__') || one.name.value.startsWith('core__')) continue
      this.#types.set(one.name.value, one)
      for (const { name } of isComposite(one) ? (one.interfaces ?? []) : [])
        this.#implementing.set(name.value, [...(this.#implementing.get(name.value) ?? []), one as Composite])
    }
    this.#graphs = graphNames(document)
    this.#roots = rootNames(document)
  }

  place(): void {
    const composites = [...this.#types.values()].filter(isComposite)
    for (const type of composites) this.#readSaid(type)
    for (const type of composites) this.#readKeys(type)
    for (const root of this.#roots) for (const graph of this.#graphs) this.#reach(root, graph)
    for (const type of composites) {
      const said = type.fields?.flatMap((field) => [...(this.#given.get(idOf(type, field)) ?? [])]) ?? []
      for (const graph of [...said, ...joinsOf(type, 'join__type').map(graphOf)])
        if (graph !== undefined) this.#put(type, graph)
    }
    // Nobody gives these; clients may name them, and planning wants each type to be somewhere.
    for (const [name] of this.#types)
      if (!this.#places.has(name)) for (const graph of this.#graphs) this.#reach(name, graph)
  }

  graphsOf(type: string): readonly string[] {
    const places = this.#places.get(type)
    return this.#graphs.filter((graph) => places?.has(graph))
  }

  givers(type: Composite, field: FieldDefinitionNode): readonly string[] {
    return this.graphsOf(type.name.value).filter((graph) => this.#gives(type, field, graph))
  }

  knowers(type: Composite, field: FieldDefinitionNode): readonly string[] {
    const known = this.#known.get(idOf(type, field))
    return this.#graphs.filter((graph) => known?.has(graph) && !this.#gives(type, field, graph))
  }

  /**
   * Federation 1 lets subgraphs add fields to interfaces. One that lacks some of an interface's fields has of them what all
   * its objects own there: that it knows their keys does not tell that they are in its interface.
   */
  #gives(type: Composite, field: FieldDefinitionNode, graph: string): boolean {
    if (type.kind === Kind.OBJECT_TYPE_DEFINITION) return this.#hasField(type, field, graph)
    const objects = this.#objectsOf(type.name.value).filter((one) => this.#isIn(one.name.value, graph))
    const isWhole = (type.fields ?? []).every(({ name }) =>
      objects.every((one) => this.#hasField(one, fieldOf(one, name.value), graph)),
    )
    return isWhole || objects.every((one) => this.#owns(one, fieldOf(one, field.name.value), graph))
  }

  #hasField(type: Composite, field: FieldDefinitionNode | undefined, graph: string): boolean {
    const isKeyed = field !== undefined && this.#keyed.get(idOf(type, field))?.has(graph)
    return isKeyed === true || this.#owns(type, field, graph)
  }

  #owns(type: Composite, field: FieldDefinitionNode | undefined, graph: string): boolean {
    if (field === undefined) return false
    if (this.#given.get(idOf(type, field))?.has(graph)) return true
    return this.#isUnsaid(type, field) && this.#isIn(type.name.value, graph) && !this.#extends(type, graph)
  }

  /** Whether the supergraph leaves open where this field is. */
  #isUnsaid(type: Composite, field: FieldDefinitionNode): boolean {
    if (this.#roots.has(type.name.value) || joinsOf(type, 'join__owner').length > 0) return false
    return joinsOf(field, 'join__field').every((join) => graphOf(join) === undefined)
  }

  /** Whether a subgraph adds fields to a type that is no entity: then it has only those. */
  #extends(type: Composite, graph: string): boolean {
    return (type.fields ?? []).some((field) =>
      joinsOf(field, 'join__field').some((one) => graphOf(one) === graph),
    )
  }

  #isIn(type: string, graph: string): boolean {
    return this.#places.get(type)?.has(graph) === true
  }

  #objectsOf(name: string): Composite[] {
    const direct = this.#implementing.get(name) ?? []
    return direct.filter((one) => one.kind === Kind.OBJECT_TYPE_DEFINITION)
  }

  /** What the directives of an object say of its fields. */
  #readSaid(type: Composite): void {
    const owners = joinsOf(type, 'join__owner').flatMap((one) => graphOf(one) ?? [])
    for (const field of type.fields ?? []) {
      const said = joinsOf(field, 'join__field').flatMap((one) => graphOf(one) ?? [])
      const otherwise = this.#roots.has(type.name.value) ? this.#graphs : owners
      for (const graph of said.length > 0 ? said : otherwise) add(this.#given, idOf(type, field), graph)
    }
  }

  #readKeys(type: Composite): void {
    if (type.kind !== Kind.OBJECT_TYPE_DEFINITION) return
    for (const join of joinsOf(type, 'join__type')) {
      const [graph, key] = [graphOf(join), argument(join, 'key')]
      if (graph !== undefined && key !== undefined) this.#readSet(type, selectionOf(key), graph, this.#keyed)
    }
  }

  /** Notes that a subgraph has the fields that a key, @requires or @provides names. */
  #readSet(
    type: TypeDefinitionNode | undefined,
    set: SelectionSetNode,
    graph: string,
    into: Map<string, Set<string>>,
  ): void {
    for (const one of set.selections) {
      if (one.kind === Kind.INLINE_FRAGMENT) {
        const condition = one.typeCondition?.name.value
        this.#readSet(
          condition === undefined ? type : this.#types.get(condition),
          one.selectionSet,
          graph,
          into,
        )
      }
      if (one.kind !== Kind.FIELD || !isComposite(type)) continue
      for (const each of [type, ...this.#objectsOf(type.name.value)]) {
        const field = fieldOf(each, one.name.value)
        if (field === undefined || (each !== type && !this.#mayHave(each, graph))) continue
        if (!this.#isUnsaid(each, field)) add(into, idOf(each, field), graph)
        this.#put(each, graph)
        this.#reach(namedType(field.type), graph)
        if (one.selectionSet === undefined) continue
        this.#readSet(this.#types.get(namedType(field.type)), one.selectionSet, graph, into)
      }
    }
  }

  /** Whether a subgraph has a type if it has what leads to it: of entities the supergraph says who has them. */
  #mayHave(type: TypeDefinitionNode, graph: string): boolean {
    if (type.kind !== Kind.OBJECT_TYPE_DEFINITION || this.#roots.has(type.name.value)) return true
    const joins = joinsOf(type, 'join__type')
    return joins.length === 0 ? !isEntity(type) : joins.some((one) => graphOf(one) === graph)
  }

  #reach(name: string, graph: string): void {
    const type = this.#types.get(name)
    if (type !== undefined && this.#mayHave(type, graph)) this.#put(type, graph)
  }

  /** A subgraph has a type, and with it whatever leads on from there. */
  #put(type: TypeDefinitionNode, graph: string): void {
    const name = type.name.value
    if (this.#isIn(name, graph)) return
    add(this.#places, name, graph)
    if ('types' in type) for (const one of type.types ?? []) this.#reach(one.name.value, graph)
    if (type.kind === Kind.INTERFACE_TYPE_DEFINITION)
      for (const one of this.#implementing.get(name) ?? []) this.#reach(one.name.value, graph)
    const fields: readonly Member[] = 'fields' in type ? (type.fields ?? []) : []
    for (const field of fields) if (this.#leadsOn(type, field, graph)) this.#follow(type, field, graph)
  }

  #leadsOn(type: TypeDefinitionNode, field: Member, graph: string): boolean {
    if (type.kind !== Kind.OBJECT_TYPE_DEFINITION || field.kind !== Kind.FIELD_DEFINITION) return true
    return this.#hasField(type, field, graph)
  }

  #follow(type: TypeDefinitionNode, field: Member, graph: string): void {
    this.#reach(namedType(field.type), graph)
    if (field.kind !== Kind.FIELD_DEFINITION) return
    for (const one of field.arguments ?? []) this.#reach(namedType(one.type), graph)
    for (const join of joinsOf(field, 'join__field')) {
      if ((graphOf(join) ?? graph) !== graph) continue
      const [requires, provides] = [argument(join, 'requires'), argument(join, 'provides')]
      if (requires !== undefined) this.#readSet(type, selectionOf(requires), graph, this.#known)
      const given = this.#types.get(namedType(field.type))
      if (provides !== undefined) this.#readSet(given, selectionOf(provides), graph, this.#known)
    }
  }
}

/** The joins of a kind that something has. */
export function joinsOf(
  { directives }: { readonly directives?: readonly ConstDirectiveNode[] },
  name: string,
): readonly ConstDirectiveNode[] {
  return directives?.filter((one) => one.name.value === name) ?? []
}

/** The subgraph that a join names. */
export const graphOf = (join: ConstDirectiveNode): string | undefined => argument(join, 'graph')

const isType = (one: DocumentNode['definitions'][number]): one is TypeDefinitionNode =>
  one.kind.endsWith('TypeDefinition')

const isEntity = (type: Composite): boolean => joinsOf(type, 'join__owner').length > 0

const idOf = (type: Composite, field: FieldDefinitionNode): string => `${type.name.value}.${field.name.value}`

const fieldOf = (type: Composite, name: string): FieldDefinitionNode | undefined =>
  type.fields?.find((one) => one.name.value === name)

function add(to: Map<string, Set<string>>, name: string, graph: string): void {
  to.set(name, (to.get(name) ?? new Set()).add(graph))
}

function graphNames(document: DocumentNode): string[] {
  return document.definitions.flatMap((one) =>
    one.kind === Kind.ENUM_TYPE_DEFINITION && one.name.value === 'join__Graph'
      ? (one.values ?? []).map(({ name }) => name.value)
      : [],
  )
}

function rootNames(document: DocumentNode): ReadonlySet<string> {
  const schema = document.definitions.find((one) => one.kind === Kind.SCHEMA_DEFINITION)
  return new Set(schema?.operationTypes.map(({ type }) => type.name.value) ?? ['Query'])
}
