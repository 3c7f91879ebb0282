import type { Field, Model, ObjectModel } from './model.js'

/**
 * The same graph as Federation 1 can be made of: a field of an entity has one owner, one subgraph knows all keys of an
 * entity and each other knows one, and what is no entity is the same wherever it is.
 */
export function firstModel(model: Model): Model {
  const { thing, subgraphs } = model
  const isHere = (subgraph: string) => subgraph !== thing?.objectIn
  const homes = thing === undefined ? [] : [thing.home, ...(thing.alsoIn === undefined ? [] : [thing.alsoIn])]
  const extras = thing?.extras.map(({ name }) => name) ?? []
  const entity = (object: ObjectModel): ObjectModel => {
    const thingIn = (object.thingIn ?? []).length > 0 ? homes : []
    const fields = object.fields.filter(({ name }) => !extras.includes(name)).map(plainly)
    return { ...object, fields, keys: keysOf(object, thingIn), stubs: [], thingIn }
  }
  const value = (object: ObjectModel): ObjectModel => {
    const declaredIn = object.declaredIn.filter(isHere)
    return { ...object, declaredIn, fields: object.fields.map((field) => ({ ...field, owners: declaredIn })) }
  }
  const objects = model.objects
    .filter((object) => object.inaccessible === undefined)
    .map((object) => (object.keys === undefined ? value(object) : entity(object)))
  return {
    ...model,
    federation: 1,
    subgraphs: subgraphs.filter(isHere),
    objects,
    ...(thing && { thing: { ...thingHere(thing), extras: [] } }),
    unions: alike(model.unions),
    roots: model.roots.filter(({ owners: [owner = ''] }) => isHere(owner)).map(plainly),
    hasSecretColor: false,
  }
}

function thingHere({ objectIn: _, ...thing }: NonNullable<Model['thing']>): NonNullable<Model['thing']> {
  return thing
}

function plainly({ override: _, inaccessible: __, strictIn: ___, ...field }: Field): Field {
  return { ...field, owners: field.owners.slice(0, 1) }
}

function keysOf({ keys = {} }: ObjectModel, thingIn: readonly string[]): NonNullable<ObjectModel['keys']> {
  const byCount = Object.entries(keys).sort(([, one], [, other]) => other.length - one.length)
  return Object.fromEntries(
    byCount.map(([subgraph, own], nth) => {
      if (nth === 0) return [subgraph, own]
      return [subgraph, thingIn.includes(subgraph) ? ['id'] : own.slice(0, 1)]
    }),
  )
}

/** A union has the same members wherever it is: those that are everywhere. */
function alike(unions: Model['unions']): Model['unions'] {
  const [members = []] = Object.values(unions)
  const everywhere = members.filter((name) => name !== 'V1' && name !== 'Ghost')
  return Object.fromEntries(Object.keys(unions).map((subgraph) => [subgraph, everywhere]))
}
