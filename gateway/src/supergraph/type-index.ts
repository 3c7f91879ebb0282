import {
  type DocumentNode,
  type FieldDefinitionNode,
  isTypeDefinitionNode,
  Kind,
  type TypeDefinitionNode,
} from 'graphql'
import { argument, graphNames, isComposite } from './sdl.js'
import { namedType } from './subgraph-types.js'

/** The types of a supergraph by name, and of interfaces and unions the objects that each subgraph has. */
export class TypeIndex {
  readonly #names: ReadonlyMap<string, string>
  readonly #types = new Map<string, TypeDefinitionNode>()
  readonly #objects = new Map<string, string[]>()
  readonly #withArguments = new Set<string>()
  readonly #implementing = new Map<string, string[]>()

  constructor(supergraph: DocumentNode) {
    this.#names = graphNames(supergraph)
    for (const one of supergraph.definitions) {
      if (!isTypeDefinitionNode(one)) continue
      const name = one.name.value
      this.#types.set(name, one)
      for (const field of isComposite(one) ? (one.fields ?? []) : [])
        if ((field.arguments?.length ?? 0) > 0) this.#withArguments.add(field.name.value)
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
    return this.#names.get(graph) ?? graph
  }

  /** The named type of a field. */
  below(type: string, field: string): string | undefined {
    const found = this.#field(type, field)
    return found && namedType(found.type)
  }

  /** Whether fields of this type hold objects. */
  holdsObjects(name: string): boolean {
    const type = this.#types.get(name)
    return isComposite(type) || type?.kind === Kind.UNION_TYPE_DEFINITION
  }

  /** Whether a field of this name has arguments, of whichever type. */
  hasArguments(field: string): boolean {
    return this.#withArguments.has(field)
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
