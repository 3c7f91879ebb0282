import {
  type Field,
  type Model,
  named,
  type Named,
  type ObjectModel,
  SCALARS,
  type TypeRef,
} from './model.js'
import { Random } from './random.js'

/** A graph and how it is split, from a seed. Every result composes (a test holds it to that). */
export function generateModel(seed: number): Model {
  const random = new Random(seed)
  const subgraphs = ['a', 'b', 'c', 'd'].slice(0, random.between(2, 4))
  const entityNames = ['E0', 'E1', 'E2', 'E3'].slice(0, random.between(2, 4))
  const thingIn = random.pick(subgraphs)
  const things = random.some(entityNames, 1)
  // A subgraph that knows the interface as an object may not know the objects that implement it.
  const thingObjectIn = random.chance(0.35) ? 't' : undefined
  const unionIn = random.pick(subgraphs)
  const union = [...random.some(entityNames, 1), 'V0']
  const targets = [...entityNames, 'V0', 'Thing', 'Any']
  const usable = (target: Named, owner: string) =>
    target === 'Thing' ? owner === thingIn : target === 'Any' ? owner === unionIn : true

  const fieldsOf = (prefix: string): Field[] => {
    const fields: Field[] = []
    const count = random.between(2, 6)
    for (let i = 0; i < count; i += 1) {
      const owner = random.pick(subgraphs)
      fields.push(generateField(`${prefix}f${i}`, owner))
    }
    return fields
  }
  const generateField = (name: string, owner: string): Field => {
    const target = random.chance(0.45)
      ? random.pick(targets.filter((one) => usable(one, owner)))
      : random.pick(SCALARS)
    const shared = (SCALARS as readonly string[]).includes(target) && random.chance(0.2)
    const owners = shared ? [...new Set([owner, random.pick(subgraphs)])] : [owner]
    return { name, type: wrap(target, random), owners, hasArgument: random.chance(0.15) }
  }

  const objects: ObjectModel[] = entityNames.map((name) => {
    const keys = new Map<string, readonly ('id' | 'code')[]>()
    const both = random.pick(subgraphs)
    for (const subgraph of subgraphs) {
      const isNeededById = subgraph === thingIn
      keys.set(
        subgraph,
        subgraph === both ? ['id', 'code'] : !isNeededById && random.chance(0.2) ? ['code'] : ['id'],
      )
    }
    const implementsThing = things.includes(name)
    const fields = withFeatures(fieldsOf(name.toLowerCase()), subgraphs, random)
    if (implementsThing)
      fields.push({ name: 'label', type: named('String'), owners: [thingIn], hasArgument: false })
    if (implementsThing && thingObjectIn !== undefined)
      fields.push({ name: 'extra', type: named('String'), owners: [thingObjectIn], hasArgument: false })
    return { name, isEntity: true, fields, keys, implements: implementsThing }
  })
  const leaves = (['v0', 'v1', 'v2'] as const).map(
    (name): Field => ({
      name,
      type: wrap(random.pick(SCALARS), random),
      owners: subgraphs,
      hasArgument: false,
    }),
  )
  objects.push({ name: 'V0', isEntity: false, fields: leaves, keys: new Map(), implements: false })

  const roots: Field[] = entityNames.map((name, index) => {
    const type = wrap(name, random)
    return {
      name: `q${index}`,
      type,
      owners: random.some(subgraphs, 1).slice(0, 2),
      hasArgument: random.chance(0.3),
    }
  })
  roots.push({ name: 'things', type: wrap('Thing', random), owners: [thingIn], hasArgument: false })
  roots.push({ name: 'anything', type: wrap('Any', random), owners: [unionIn], hasArgument: false })
  const mutations = [0, 1, 2].map(
    (index): Field => ({
      name: `m${index}`,
      type: named(index === 2 ? random.pick(entityNames) : 'Int'),
      owners: [random.pick(subgraphs)],
      hasArgument: random.chance(0.5),
    }),
  )
  return {
    seed,
    subgraphs: thingObjectIn === undefined ? subgraphs : [...subgraphs, thingObjectIn],
    objects: provide(objects, random),
    thingIn,
    thingObjectIn,
    union,
    unionIn,
    roots,
    mutations,
    hasSecretColor: random.chance(0.3),
  }
}

function wrap(name: Named, random: Random): TypeRef {
  let type: TypeRef = named(name, random.chance(0.25))
  const lists = random.chance(0.35) ? (random.chance(0.25) ? 2 : 1) : 0
  for (let i = 0; i < lists; i += 1) type = { kind: 'list', of: type, nonNull: random.chance(0.25) }
  return type
}

/** Turns some fields into @requires, @override and @inaccessible ones. */
function withFeatures(fields: readonly Field[], subgraphs: readonly string[], random: Random): Field[] {
  const result = [...fields]
  const plain = result.find(
    (field) => field.type.kind === 'named' && field.owners.length === 1 && !field.hasArgument,
  )
  if (plain !== undefined && random.chance(0.5)) {
    const [owner] = plain.owners
    const elsewhere = subgraphs.filter((name) => name !== owner)
    result.push({ name: 'need', type: named('String'), owners: [owner ?? 'a'], hasArgument: false })
    result.push({
      name: 'made',
      type: named('String'),
      owners: [random.pick(elsewhere)],
      hasArgument: false,
      requires: 'need',
    })
  }
  if (random.chance(0.4)) {
    const [from, to] = random.some(subgraphs, 2)
    if (from !== undefined && to !== undefined)
      result.push({
        name: 'moved',
        type: named('Int'),
        owners: [to],
        hasArgument: false,
        overriddenFrom: from,
      })
  }
  if (random.chance(0.3))
    result.push({
      name: 'hidden',
      type: named('String'),
      owners: [random.pick(subgraphs)],
      hasArgument: false,
      inaccessible: true,
    })
  return result
}

/** Lets some fields give a leaf of the entity they return along, which another subgraph owns. */
function provide(objects: readonly ObjectModel[], random: Random): ObjectModel[] {
  const given = new Map<string, string>()
  return objects.map((object) => ({
    ...object,
    fields: object.fields.map((field): Field => {
      const [owner] = field.owners
      const target = objects.find((one) => one.isEntity && one.name === innermostName(field.type))
      if (!object.isEntity || target === undefined || owner === undefined || !random.chance(0.4)) return field
      const leaf = target.fields.find(
        (one) =>
          one.type.kind === 'named' &&
          (SCALARS as readonly string[]).includes(one.type.name) &&
          !one.owners.includes(owner) &&
          !one.hasArgument &&
          one.requires === undefined &&
          one.overriddenFrom === undefined &&
          one.inaccessible === undefined &&
          !['need', 'label', 'extra'].includes(one.name),
      )
      if (leaf === undefined) return field
      given.set(`${owner}.${target.name}.${leaf.name}`, field.name)
      return { ...field, provides: leaf.name }
    }),
  }))
}

function innermostName(type: TypeRef): Named {
  return type.kind === 'named' ? type.name : innermostName(type.of)
}
