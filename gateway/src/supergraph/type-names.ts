import {
  getNamedType,
  type GraphQLSchema,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
} from 'graphql'

/** The type system of the whole supergraph by name, inaccessible types included: what data from subgraphs may name. */
export interface TypeNames {
  /** True when an object of type `typename` satisfies a condition on `condition` (itself, or an abstract type of it). */
  satisfies(typename: string, condition: string): boolean
  /** True for the name of an object type: an interface's name is an answer only of @interfaceObject subgraphs. */
  isObject(typename: string): boolean
  /** The type of the objects that a field of a type holds; undefined for leaves and for what is not known. */
  below(type: string | undefined, field: string): string | undefined
  /** Equal for fields whose values may stand under one name in one place; empty for what is not known. */
  shapeOf(type: string | undefined, field: string): string
}

export function typeNames(schema: GraphQLSchema): TypeNames {
  const possible = new Map<string, ReadonlySet<string>>()
  const objects = new Set<string>()
  for (const [name, type] of Object.entries(schema.getTypeMap())) {
    if (isObjectType(type)) objects.add(name)
    if (!isAbstractType(type)) continue
    const names = new Set(schema.getPossibleTypes(type).map((one) => one.name))
    const interfaces = 'getInterfaces' in type ? schema.getImplementations(type).interfaces : []
    for (const one of interfaces) names.add(one.name)
    possible.set(name, names)
  }
  const typeOf = (name: string | undefined, field: string) => {
    const type = name === undefined ? undefined : schema.getType(name)
    return isObjectType(type) || isInterfaceType(type) ? type.getFields()[field]?.type : undefined
  }
  return {
    satisfies: (typename, condition) =>
      typename === condition || possible.get(condition)?.has(typename) === true,
    isObject: (typename) => objects.has(typename),
    below: (name, field) => {
      const held = getNamedType(typeOf(name, field))
      return isCompositeType(held) ? held.name : undefined
    },
    shapeOf: (name, field) => {
      const type = typeOf(name, field)
      if (type === undefined) return ''
      // A subgraph may have it null or not, and the planner heeds that; objects are of one shape.
      const text = String(type).replaceAll('!', '')
      return isCompositeType(getNamedType(type)) ? text.replaceAll(/\w+/g, '') : text
    },
  }
}
