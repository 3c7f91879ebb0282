import { type Field, headOf, innermost, isLeaf, type Model, type ObjectModel, type TypeRef } from './model.js'

/** Every graph with one thing less: a subgraph, a type, a field, a rule of a field, a wrapping of a type, an object. */
export function smallerModels(model: Model): Model[] {
  const text = JSON.stringify(model)
  return candidates(model)
    .map(settled)
    .filter((one) => JSON.stringify(one) !== text)
}

/** Without every field, type and root that is not named, and without every rule that does not concern one that is. */
export function withoutUnnamed(model: Model, names: ReadonlySet<string>): Model {
  const named = (fields: readonly Field[]) => fields.filter((field) => names.has(field.name))
  return settled({
    ...model,
    objects: model.objects.map((object) => {
      const needed = object.fields.filter((field) =>
        object.fields.some(
          (other) => names.has(other.name) && other.requires?.some((one) => headOf(one) === field.name),
        ),
      )
      return {
        ...object,
        fields:
          object.keys === undefined ? object.fields : [...new Set([...named(object.fields), ...needed])],
      }
    }),
    roots: named(model.roots),
    mutations: named(model.mutations),
  })
}

function candidates(model: Model): Model[] {
  return [
    ...model.subgraphs.map((name) => withoutSubgraph(model, name)),
    ...withoutAbstract(model),
    ...model.objects.map((object) => withoutObject(model, object.name)),
    ...model.objects.flatMap((object) =>
      eachSmaller(object.fields).map((fields) => withObject(model, { ...object, fields })),
    ),
    ...model.objects.flatMap((object) => smallerObjects(object).map((one) => withObject(model, one))),
    ...eachSmaller(model.roots).map((roots) => ({ ...model, roots })),
    ...eachSmaller(model.mutations).map((mutations) => ({ ...model, mutations })),
    ...(model.hasSecretColor ? [{ ...model, hasSecretColor: false }] : []),
    ...model.sloppy.map((name) => ({ ...model, sloppy: model.sloppy.filter((one) => one !== name) })),
    ...(model.instances > 1 ? [{ ...model, instances: model.instances - 1 }] : []),
  ]
}

function withoutSubgraph(model: Model, name: string): Model {
  const others = (names: readonly string[]) => names.filter((one) => one !== name)
  const left = (fields: readonly Field[]): Field[] =>
    fields.flatMap((field) => {
      const owners = others(field.owners)
      if (owners.length === 0) return []
      if (field.override?.from !== name) return [{ ...field, owners }]
      const { override: _, ...kept } = field
      return [{ ...kept, owners }]
    })
  const { thing, ...rest } = model
  const isHome = thing?.home === name
  const kept = thing === undefined || isHome ? {} : { thing: withoutHome(thing, name) }
  return {
    ...rest,
    ...kept,
    subgraphs: others(model.subgraphs),
    objects: model.objects.map((object) => ({
      ...object,
      fields: left(object.fields),
      declaredIn: others(object.declaredIn),
      stubs: others(object.stubs ?? []),
      thingIn: isHome ? [] : others(object.thingIn ?? []),
      leafyIn: others(object.leafyIn ?? []),
    })),
    unions: Object.fromEntries(Object.entries(model.unions).filter(([subgraph]) => subgraph !== name)),
    roots: left(model.roots),
    mutations: left(model.mutations),
  }
}

function withoutHome(thing: NonNullable<Model['thing']>, name: string): NonNullable<Model['thing']> {
  const { alsoIn, objectIn, ...rest } = thing
  return {
    ...rest,
    extras: objectIn === name ? [] : thing.extras,
    ...(alsoIn === undefined || alsoIn === name ? {} : { alsoIn }),
    ...(objectIn === undefined || objectIn === name ? {} : { objectIn }),
  }
}

function withoutAbstract(model: Model): Model[] {
  const { thing, ...rest } = model
  const bare = { ...rest, objects: model.objects.map((object) => ({ ...object, thingIn: [] })) }
  const plain = { ...model, objects: model.objects.map((object) => ({ ...object, leafyIn: [] })) }
  const unions = Object.entries(model.unions).flatMap(([subgraph, members]) =>
    members.map((member) => ({
      ...model,
      unions: { ...model.unions, [subgraph]: members.filter((one) => one !== member) },
    })),
  )
  return [...(thing === undefined ? [] : [bare]), plain, ...unions]
}

function withoutObject(model: Model, name: string): Model {
  return { ...model, objects: model.objects.filter((object) => object.name !== name) }
}

function withObject(model: Model, changed: ObjectModel): Model {
  return {
    ...model,
    objects: model.objects.map((object) => (object.name === changed.name ? changed : object)),
  }
}

function smallerObjects(object: ObjectModel): ObjectModel[] {
  const found: ObjectModel[] = []
  for (const subgraph of object.declaredIn) {
    const keys = object.keys?.[subgraph]
    found.push({ ...object, declaredIn: object.declaredIn.filter((one) => one !== subgraph) })
    if (keys === undefined) continue
    for (const key of keys.length > 1 ? keys : [])
      found.push({ ...object, keys: { ...object.keys, [subgraph]: keys.filter((one) => one !== key) } })
  }
  if (object.inaccessible) {
    const { inaccessible: _, ...seen } = object
    found.push(seen)
  }
  for (const subgraph of object.thingIn ?? [])
    found.push({ ...object, thingIn: object.thingIn?.filter((one) => one !== subgraph) ?? [] })
  return found
}

/** The fields with one of them left out, or simpler. */
function eachSmaller(fields: readonly Field[]): Field[][] {
  return fields.flatMap((field, index) => [
    fields.filter((_, at) => at !== index),
    ...simpler(field).map((one) => fields.with(index, one)),
  ])
}

function simpler(field: Field): Field[] {
  const { argument: _a, override: _o, provides: _p, inaccessible: _i, requires, ...bare } = field
  const found: Field[] = []
  if (field.argument ?? field.override ?? field.provides ?? field.inaccessible)
    found.push({ ...bare, ...(requires === undefined ? {} : { requires }) })
  for (const one of requires ?? []) {
    const left = requires?.filter((other) => other !== one) ?? []
    const { requires: _r, ...free } = field
    found.push(left.length === 0 ? free : { ...free, requires: left })
  }
  if (field.strictIn !== undefined) {
    const { strictIn: _s, ...lenient } = field
    found.push(lenient)
  }
  if (field.owners.length > 1) found.push(...field.owners.map((owner) => ({ ...field, owners: [owner] })))
  found.push(...simplerTypes(field.type).map((type) => ({ ...field, type })))
  return found
}

function simplerTypes(type: TypeRef): TypeRef[] {
  const nullable = type.nonNull ? [{ ...type, nonNull: false }] : []
  if (type.kind === 'named') return nullable
  return [type.of, ...nullable, ...simplerTypes(type.of).map((of) => ({ ...type, of }))]
}

/** Without what refers to something that is gone. */
function settled(model: Model): Model {
  const { thing } = model
  const known = new Set(model.objects.map((object) => object.name))
  if (thing !== undefined && model.objects.some((one) => (one.thingIn?.length ?? 0) > 0)) known.add('Thing')
  if (model.objects.some((one) => (one.leafyIn?.length ?? 0) > 0)) known.add('Leafy')
  const unions = Object.fromEntries(
    Object.entries(model.unions)
      .map(([subgraph, members]) => [subgraph, members.filter((name) => known.has(name))] as const)
      .filter(([, members]) => members.length > 0),
  )
  if (Object.keys(unions).length > 0) known.add('Any')
  const isKnown = (field: Field) => isLeaf(innermost(field.type)) || known.has(innermost(field.type))
  const given = (field: Field): Field => {
    const target = model.objects.find((one) => one.name === innermost(field.type))
    if (field.provides === undefined || target?.fields.some((one) => one.name === field.provides))
      return field
    const { provides: _, ...rest } = field
    return rest
  }
  const objects = model.objects
    .map((object) => {
      const own = object.fields.filter(isKnown).filter((field) => isOfThing(model, object, field))
      return { ...object, fields: own.filter((field) => isGiven(own, field)).map(given) }
    })
    .filter((object) => object.keys !== undefined || object.fields.length > 0)
  const next: Model = {
    ...model,
    objects,
    unions,
    roots: model.roots.filter(isKnown),
    mutations: model.mutations.filter(isKnown),
  }
  return JSON.stringify(next) === JSON.stringify(model) ? next : settled(next)
}

/** The interface's own fields are there with the interface only. */
function isOfThing({ thing }: Model, object: ObjectModel, field: Field): boolean {
  if (!['extra', 'extra2'].includes(field.name)) return true
  return (object.thingIn?.length ?? 0) > 0 && thing?.extras.some((one) => one.name === field.name) === true
}

function isGiven(fields: readonly Field[], field: Field): boolean {
  return (field.requires ?? []).every((one) => fields.some((other) => other.name === headOf(one)))
}
