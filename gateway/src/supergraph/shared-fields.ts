import { type DocumentNode, Kind } from 'graphql'
import { argument } from './sdl.js'

/** The fields that several subgraphs give, as `Type.field`. */
export function sharedFields(supergraph: DocumentNode): ReadonlySet<string> {
  const shared = new Set<string>()
  for (const type of supergraph.definitions) {
    if (type.kind !== Kind.OBJECT_TYPE_DEFINITION && type.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue
    const joins = type.directives?.filter((one) => one.name.value === 'join__type') ?? []
    const all = new Set(joins.map((one) => argument(one, 'graph'))).size
    for (const field of type.fields ?? []) {
      const own = field.directives?.filter((one) => one.name.value === 'join__field') ?? []
      if ((own.length === 0 ? all : own.length) > 1) shared.add(`${type.name.value}.${field.name.value}`)
    }
  }
  return shared
}
