import type { SelectionSetNode } from 'graphql'
import { placeOf } from './different-arguments.js'
import { faceName, keysIn, type Requiring } from './requires-as-keys.js'
import { fieldsIn, selectionOf } from './sdl.js'
import type { Division } from './split-fetches.js'
import type { Synonyms } from './synonyms.js'
import type { TypeIndex } from './type-index.js'

interface Asked {
  readonly requiring: readonly Requiring[]
  readonly synonyms: Synonyms
}

/** How each face is divided into places within which no field is required with other arguments. */
export function divisionsOf({ requiring, synonyms }: Asked, types: TypeIndex): ReadonlyMap<string, Division> {
  const groups = new Map<string, SelectionSetNode[][]>()
  const places = new Map<string, Map<string, number>>()
  const read = new Map<string, Set<string>[]>()
  const all = new Set<string>()
  for (const one of requiring) {
    const face = faceName(types.nameOf(one.graph), one)
    const place = placeOf(synonyms.meant(one.requires), groups, face)
    places.set(face, (places.get(face) ?? new Map()).set(`${one.type}.${one.field}`, place))
    const names = read.get(face) ?? []
    read.set(face, names)
    const own = (names[place] ??= new Set())
    for (const name of namesIn(one.requires)) all.add(name)
    const keys = keysIn(types.get(one.type), one.graph).map((key) => selectionOf(key))
    for (const set of [one.requires, ...keys]) for (const name of namesIn(set)) own.add(name)
  }
  const divisions = [...places].map(([face, own]): [string, Division] => [
    face,
    {
      places: groups.get(face)?.length ?? 1,
      placeOf: (type, field) => {
        const owner = [type, ...types.interfacesOf(type)].find((one) => own.has(`${one}.${field}`))
        return own.get(`${owner}.${field}`) ?? 0
      },
      isRead: (name, place) => !all.has(name) || read.get(face)?.[place]?.has(name) === true,
    },
  ])
  return new Map(divisions)
}

function namesIn(set: SelectionSetNode): string[] {
  return fieldsIn(set).flatMap(({ name, selectionSet }) => [
    name.value,
    ...(selectionSet === undefined ? [] : namesIn(selectionSet)),
  ])
}
