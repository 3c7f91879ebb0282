import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  type TypeNode,
  type TypeDefinitionNode,
  type TypeExtensionNode,
} from 'graphql'
import { argument } from './sdl.js'
import { ROOT_TYPES } from '../root-types.js'

/** What composition reads of one type of a subgraph, its extensions included. */
interface SubgraphType {
  readonly isObject: boolean
  readonly fields: ReadonlyMap<string, FieldDefinitionNode>
  /** Of a union. */
  readonly members: ReadonlySet<string>
  /** What it implements. */
  readonly interfaces: ReadonlySet<string>
}

export interface SubgraphTypes {
  readonly types: ReadonlyMap<string, SubgraphType>
  /** The directive of the federation specification by its own name, whatever the subgraph calls it. */
  directive(
    on: { readonly directives?: readonly ConstDirectiveNode[] },
    name: string,
  ): ConstDirectiveNode | undefined
}

export function subgraphTypes(document: DocumentNode): SubgraphTypes {
  const types = new Map<string, SubgraphType>()
  const roots = rootNames(document)
  for (const definition of document.definitions) {
    if (!isComposite(definition)) continue
    const name = roots.get(definition.name.value) ?? definition.name.value
    const known = types.get(name)
    const fields = 'fields' in definition ? (definition.fields ?? []) : []
    const members = 'types' in definition ? (definition.types ?? []) : []
    const interfaces = 'interfaces' in definition ? (definition.interfaces ?? []) : []
    types.set(name, {
      isObject: definition.kind.startsWith('Object'),
      fields: new Map([...(known?.fields ?? []), ...fields.map((one) => [one.name.value, one] as const)]),
      members: new Set([...(known?.members ?? []), ...members.map((one) => one.name.value)]),
      interfaces: new Set([...(known?.interfaces ?? []), ...interfaces.map((one) => one.name.value)]),
    })
  }
  const nameOf = localNames(document)
  return {
    types,
    directive: (on, name) => on.directives?.find((one) => one.name.value === nameOf(name)),
  }
}

/** The type's name without list and non-null. */
export function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type)
}

/** True for an abstract type of the subgraph. */
export function isAbstract({ types }: SubgraphTypes, name: string): boolean {
  return types.get(name)?.isObject === false
}

/** The object types that a value of the type may have in the subgraph. */
export function possibleTypes({ types }: SubgraphTypes, name: string): ReadonlySet<string> {
  const type = types.get(name)
  if (type === undefined || type.isObject) return new Set([name])
  const implementing = [...types].filter(([, one]) => one.isObject && one.interfaces.has(name))
  return new Set([...type.members, ...implementing.map(([one]) => one)])
}

type Composite = Extract<TypeDefinitionNode | TypeExtensionNode, { name: unknown }> & {
  kind: `${'Object' | 'Interface' | 'Union'}${string}`
}

function isComposite(definition: DocumentNode['definitions'][number]): definition is Composite {
  return /^(Object|Interface|Union)Type/.test(definition.kind)
}

/** What the supergraph calls the root types of a subgraph that has names of its own for them. */
function rootNames(document: DocumentNode): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.SCHEMA_DEFINITION && definition.kind !== Kind.SCHEMA_EXTENSION) continue
    for (const { operation, type } of definition.operationTypes ?? [])
      names.set(type.name.value, ROOT_TYPES[operation])
  }
  return names
}

/** By federation 1's rules a directive has its own name; by federation 2's one that @link imports, or a prefix. */
function localNames(document: DocumentNode): (name: string) => string {
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.SCHEMA_DEFINITION && definition.kind !== Kind.SCHEMA_EXTENSION) continue
    for (const link of definition.directives ?? []) {
      if (link.name.value !== 'link' || !/\/federation\/v2/.test(argument(link, 'url') ?? '')) continue
      const imported = imports(link)
      return (name) => imported.get(name) ?? `federation__${name}`
    }
  }
  return (name) => name
}

function imports(link: ConstDirectiveNode): ReadonlyMap<string, string> {
  const names = new Map<string, string>()
  const list = link.arguments?.find((one) => one.name.value === 'import')?.value
  for (const one of list?.kind === Kind.LIST ? list.values : []) {
    if (one.kind === Kind.STRING) names.set(bare(one.value), bare(one.value))
    if (one.kind !== Kind.OBJECT) continue
    const text = (name: string) => {
      const value = one.fields.find((field) => field.name.value === name)?.value
      return value?.kind === Kind.STRING ? bare(value.value) : undefined
    }
    const name = text('name')
    if (name !== undefined) names.set(name, text('as') ?? name)
  }
  return names
}

function bare(name: string): string {
  return name.replace(/^@/, '')
}
