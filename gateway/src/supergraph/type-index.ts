import {
  type DocumentNode,
  type FieldDefinitionNode,
  isTypeDefinitionNode,
  Kind,
  type TypeDefinitionNode,
} from 'graphql'
import { argument, isComposite } from './sdl.js'
import { namedType } from './subgraph-types.js'

/** The types of a supergraph by name, and of interfaces and unions the objects that each subgraph has. */
export class TypeIndex {
  readonly #types = new Map<string, TypeDefinitionNode>()
  readonly #objects = new Map<string, string[]>()
  readonly #implementing = new Map<string, string[]>()

  constructor({ definitions }: DocumentNode) {
    for (const one of definitions) {
      if (!isTypeDefinitionNode(one)) continue
      const name = one.name.value
      this.#types.set(name, one)
      for (const by of this.interfacesOf(name)) put(this.#implementing, by, name)
      for (const join of one.directives ?? []) {
        const graph = argument(join, 'graph') ?? ''
        const [member, by] = [argument(join, 'member'), argument(join, 'interface')]
        if (member !== undefined) put(this.#objects, `${graph} ${name}`, member)
        if (by !== undefined) put(this.#objects, `${graph} ${by}`, name)
      }
    }
  }

  get(name: string): TypeDefinitionNode | undefined {
    return this.#types.get(name)
  }

  interfacesOf(name: string): readonly string[] {
    const type = this.#types.get(name)
    return isComposite(type) ? (type.interfaces ?? []).map((one) => one.name.value) : []
  }

  /** What implements an interface, in whichever subgraph. */
  implementing(name: string): readonly string[] {
    return this.#implementing.get(name) ?? []
  }

  /** The objects that a subgraph has of an interface or a union. */
  objectsOf(name: string, graph: string): readonly string[] {
    return this.#objects.get(`${graph} ${name}`) ?? []
  }

  /** What plans call the subgraph of a graph. */
  nameOf(graph: string): string {
    const all = this.#types.get('join__Graph')
    const values = all?.kind === Kind.ENUM_TYPE_DEFINITION ? all.values : []
    const value = values?.find(({ name }) => name.value === graph)
    const join = value?.directives?.find(({ name }) => name.value === 'join__graph')
    return (join && argument(join, 'name')) ?? graph
  }

  /** The named type of a field. */
  below(type: string, field: string): string | undefined {
    const found = this.#field(type, field)
    return found && namedType(found.type)
  }

  hasArguments(type: string, field: string): boolean {
    return (this.#field(type, field)?.arguments?.length ?? 0) > 0
  }

  #field(type: string, field: string): FieldDefinitionNode | undefined {
    const known = this.#types.get(type)
    return isComposite(known) ? known.fields?.find(({ name }) => name.value === field) : undefined
  }
}

function put(to: Map<string, string[]>, key: string, value: string): void {
  const known = to.get(key)
  if (known === undefined) to.set(key, [value])
  else known.push(value)
}
