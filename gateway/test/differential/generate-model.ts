import {
  type Field,
  innermost,
  isLeaf,
  type Key,
  type Model,
  named,
  type Named,
  type ObjectModel,
  SCALARS,
  type ThingModel,
  type TypeRef,
} from './model.js'
import { Random } from './random.js'

/** A graph and how it is split, from a seed. Every result composes (the suite fails where one does not). */
export function generateModel(seed: number): Model {
  return new Draft(seed).model(seed)
}

/** Names the choices that everything else follows from. */
class Draft {
  readonly #random: Random
  /** Few types, fields and objects, so that everything meets everything. */
  readonly #isDense: boolean
  readonly #subgraphs: readonly string[]
  readonly #entities: readonly string[]
  readonly #implementing: readonly string[]
  readonly #thing: ThingModel
  /** The one subgraph of V1 and of the interface Leafy. */
  readonly #leafyIn: string
  readonly #leaf: TypeRef
  readonly #unions: Readonly<Record<string, readonly string[]>>
  /** The two subgraphs between which the fields of Split are divided. */
  readonly #splitIn: readonly string[]
  /** Types of the fields that entities have alike. */
  readonly #same: TypeRef

  constructor(seed: number) {
    const random = new Random(seed)
    this.#random = random
    this.#isDense = random.chance(0.4)
    this.#subgraphs = ['a', 'b', 'c', 'd'].slice(0, random.between(this.#isDense ? 3 : 2, 4))
    this.#entities = ['E0', 'E1', 'E2', 'E3'].slice(0, this.#isDense ? 2 : random.between(2, 4))
    this.#implementing = random.some(this.#entities, this.#isDense ? 2 : 1)
    this.#thing = this.#interface()
    this.#leafyIn = random.pick(this.#subgraphs)
    this.#leaf = this.#wrap(random.pick(SCALARS))
    const unions: [string, readonly string[]][] = random
      .some(this.#subgraphs, 1)
      .slice(0, 2)
      .map((subgraph) => [
        subgraph,
        [
          ...random.some(this.#entities, this.#isDense ? 2 : 1),
          'V0',
          ...(subgraph === this.#leafyIn && random.chance(0.5) ? ['V1'] : []),
        ],
      ])
    const [first] = unions
    if (first !== undefined && random.chance(0.2)) first[1] = [...first[1], 'Ghost']
    this.#unions = Object.fromEntries(unions)
    this.#splitIn = random.some(this.#subgraphs, 2).slice(0, 2)
    this.#same = { ...this.#wrap(random.pick(SCALARS)), nonNull: false }
  }

  model(seed: number): Model {
    const random = this.#random
    const { objectIn } = this.#thing
    const entities = this.#provide(this.#entities.map((name) => this.#entity(name)))
    const ghostIn = Object.keys(this.#unions).filter((one) => this.#unions[one]?.includes('Ghost'))
    const objects = [...entities, ...this.#values()]
    if (ghostIn.length > 0) {
      const ghost: Field = { name: 'ghost', type: named('Int'), owners: ghostIn }
      objects.push({ name: 'Ghost', fields: [ghost], declaredIn: ghostIn, inaccessible: true })
    }
    return {
      seed,
      subgraphs: objectIn === undefined ? this.#subgraphs : [...this.#subgraphs, objectIn],
      objects,
      thing: this.#thing,
      unions: this.#unions,
      roots: this.#roots(),
      mutations: this.#mutations(),
      hasSecretColor: random.chance(0.3),
      sloppy: random.chance(0.3) ? random.some(this.#subgraphs, 1) : [],
      instances: this.#isDense ? 1 : 3,
    }
  }

  #interface(): ThingModel {
    const random = this.#random
    const home = random.pick(this.#subgraphs)
    const label: Field = { name: 'label', type: named('String'), owners: [home], ...this.#argument(0.2) }
    const elsewhere = this.#subgraphs.filter((one) => one !== home)
    // A subgraph that knows the interface as an object may not know the objects that implement it.
    const objectIn = random.chance(0.4) ? 't' : undefined
    const extras: Field[] =
      objectIn === undefined
        ? []
        : ['extra', 'extra2'].slice(0, random.between(1, 2)).map((name) => ({
            name,
            type: this.#wrap(random.pick([...SCALARS, 'Box'])),
            owners: [objectIn],
            ...this.#argument(0.2),
          }))
    return {
      home,
      label,
      extras,
      ...(random.chance(0.3) ? { alsoIn: random.pick(elsewhere) } : {}),
      ...(objectIn === undefined ? {} : { objectIn }),
    }
  }

  #argument(chance: number): Pick<Field, 'argument'> {
    if (!this.#random.chance(chance)) return {}
    return { argument: this.#random.chance(0.7) ? 'by' : 'where' }
  }

  #wrap(name: Named): TypeRef {
    const random = this.#random
    let type: TypeRef = named(name, random.chance(0.25))
    const lists = random.chance(0.35) ? (random.chance(0.25) ? 2 : 1) : 0
    for (let i = 0; i < lists; i += 1) type = { kind: 'list', of: type, nonNull: random.chance(0.25) }
    return type
  }

  /** What a field of this subgraph can give. */
  #targets(owner: string): Named[] {
    const { home, alsoIn } = this.#thing
    return [
      ...this.#entities,
      'V0',
      'Box',
      ...(owner === home || owner === alsoIn ? ['Thing', 'Thing'] : []),
      ...(owner in this.#unions ? ['Any', 'Any'] : []),
      ...(owner === this.#leafyIn ? ['V1', 'Leafy'] : []),
    ]
  }

  #entity(name: string): ObjectModel {
    const random = this.#random
    const { home, alsoIn, extras } = this.#thing
    const implementing = this.#implementing.includes(name)
    const isAlso = alsoIn !== undefined && (name === this.#implementing[0] || random.chance(0.4))
    const thingIn = implementing ? [home, ...(isAlso ? [alsoIn] : [])] : []
    const fields = this.#withFeatures(this.#fields(name.toLowerCase()), name)
    const keys = this.#keys(thingIn, ['code', 'part'])
    fields.push(...this.#alike())
    if (implementing) fields.push(this.#ownLabel(fields), ...extras)
    const idle = this.#subgraphs.filter(
      (one) =>
        one !== home &&
        (keys[one]?.length ?? 0) === 1 &&
        !fields.some(
          (field) =>
            field.owners.includes(one) || field.override?.from === one || field.requires !== undefined,
        ),
    )
    const stubs = random.chance(0.5) ? idle : []
    return { name, fields, declaredIn: this.#subgraphs, keys, stubs, thingIn }
  }

  #keys(withId: readonly string[], others: readonly Key[]): Record<string, readonly Key[]> {
    const random = this.#random
    const hub = random.pick(this.#subgraphs)
    const keys: Record<string, readonly Key[]> = {}
    for (const subgraph of this.#subgraphs) {
      const first: Key = random.chance(0.35) ? random.pick(others) : 'id'
      const more = random.chance(0.15) ? [random.pick(['id' as const, ...others])] : []
      const id: Key[] = withId.includes(subgraph) ? ['id'] : []
      keys[subgraph] = [...new Set([...id, first, ...more])]
    }
    const used = new Set<Key>(['id', 'code', ...Object.values(keys).flat()])
    // From wherever one comes, the hub knows the key and all the others.
    keys[hub] = [...used]
    return keys
  }

  #fields(prefix: string): Field[] {
    const random = this.#random
    return Array.from({ length: this.#isDense ? 2 : random.between(2, 5) }, (_, index): Field => {
      const owner = random.pick(this.#subgraphs)
      const target = random.chance(0.5) ? random.pick(this.#targets(owner)) : random.pick(SCALARS)
      const isCommon = isLeaf(target) || ['V0', 'Box', ...this.#entities].includes(target)
      const also = isCommon && random.chance(0.15) ? [random.pick(this.#subgraphs)] : []
      const owners = [...new Set([owner, ...also])]
      return { name: `${prefix}f${index}`, type: this.#wrap(target), owners, ...this.#argument(0.3) }
    })
  }

  /** Fields that entities have under one name and one type. */
  #alike(): Field[] {
    const random = this.#random
    const fields: Field[] = []
    if (this.#isDense || random.chance(0.7)) fields.push(this.#sameField())
    if (random.chance(this.#isDense ? 0.8 : 0.4))
      fields.push({ name: 'split', type: this.#wrap('Split'), owners: this.#splitIn })
    const afar = this.#subgraphs.filter((one) => !this.#splitIn.includes(one))
    if (afar.length > 0 && random.chance(this.#isDense ? 0.8 : 0.4))
      fields.push({ name: 'far', type: named('Int'), owners: [random.pick(afar)], argument: 'by' })
    return fields
  }

  // That subgraphs disagree about whether it can be null is for scenes: the planner (0.0.38) keeps two types apart by it in
  // what a root field gives, but not in what is asked for by keys.
  #sameField(): Field {
    const random = this.#random
    const owners = random.chance(0.5) ? this.#subgraphs : random.some(this.#subgraphs, 1).slice(0, 2)
    return { name: 'same', type: this.#same, owners, ...this.#argument(0.3) }
  }

  /** Adds fields with @requires, @override and @inaccessible. */
  #withFeatures(fields: Field[], name: string): Field[] {
    const random = this.#random
    if (random.chance(0.5)) fields.push(...this.#requiring(name))
    if (random.chance(0.4)) {
      const [from, to] = random.some(this.#subgraphs, 2)
      if (from !== undefined && to !== undefined) {
        const override = { from, ...(random.chance(0.5) ? { percent: random.between(1, 99) } : {}) }
        fields.push({ name: 'moved', type: named('Int'), owners: [to], override })
      }
    }
    if (random.chance(0.3))
      fields.push({
        name: 'hidden',
        type: named('String'),
        owners: [random.pick(this.#subgraphs)],
        inaccessible: true,
      })
    return fields
  }

  /** The interface's field as an object has it: of some it requires another one. */
  #ownLabel(fields: readonly Field[]): Field {
    const { home, label } = this.#thing
    const need = fields.find(({ name }) => name === 'need')
    if (need === undefined || need.owners.includes(home) || !this.#random.chance(0.4)) return label
    return { ...label, requires: [this.#requirement(need)], steady: true }
  }

  #requirement({ name, argument }: Field): string {
    return argument === undefined ? name : `${name}(by: ${this.#random.between(1, 3)})`
  }

  /** Fields of which one requires another: some with arguments, in chains, and such as give the entity itself. */
  #requiring(entity: string): Field[] {
    const random = this.#random
    const [giver, maker, third] = random.some(this.#subgraphs, 2)
    if (giver === undefined || maker === undefined) return []
    const hidden = random.chance(0.15) ? { inaccessible: true as const } : {}
    const argument = random.chance(0.3) ? { argument: 'by' as const } : {}
    const need: Field = {
      name: 'need',
      type: named('String'),
      owners: [giver],
      steady: true,
      ...argument,
      ...hidden,
    }
    const fields = [need]
    const requires = [this.#requirement(need)]
    if (random.chance(0.3)) {
      const type = random.chance(0.5)
        ? named('Box')
        : { kind: 'list' as const, of: named('Box'), nonNull: false }
      fields.push({ name: 'box', type, owners: [giver], steady: true })
      requires.push(random.pick(['box { x }', 'box { x y }']))
    }
    const made: Field = { name: 'made', type: named('String'), owners: [maker], requires, steady: true }
    const alike = { ...made, requires: [this.#requirement(need)] }
    fields.push(made)
    if (random.chance(0.3)) fields.push({ ...alike, name: 'apt' })
    if (random.chance(0.3)) fields.push({ ...alike, name: 'kin', type: named(entity) })
    const next = random.pick([giver, third ?? giver])
    if (random.chance(0.3))
      fields.push({
        ...made,
        name: 'chain',
        owners: [next],
        requires: ['made', ...(next === giver ? [] : alike.requires)],
      })
    return fields
  }

  /** Types without keys: V0 and Box in every subgraph, V1 in one, Split in two, each of which has a part of it. */
  #values(): ObjectModel[] {
    const random = this.#random
    const all = this.#subgraphs
    const { objectIn } = this.#thing
    const leaf = (name: string): Field => ({ name, type: this.#wrap(random.pick(SCALARS)), owners: all })
    const v0: Field = { name: 'v0', type: this.#leaf, owners: all }
    const home = this.#leafyIn
    const own: Field[] = ['w0', 'w1', 'w2'].map((name) => ({
      name,
      type: this.#wrap(random.pick(random.chance(0.5) ? SCALARS : this.#targets(home))),
      owners: [home],
      ...this.#argument(0.15),
    }))
    const everywhere = objectIn === undefined ? all : [...all, objectIn]
    const steady = { owners: everywhere, steady: true as const }
    const items: TypeRef = { kind: 'list', of: named('String', true), nonNull: false }
    return [
      { name: 'V0', fields: [v0, leaf('v1'), leaf('v2')], declaredIn: all, leafyIn: [home] },
      { name: 'V1', fields: [{ ...v0, owners: [home] }, ...own], declaredIn: [home], leafyIn: [home] },
      {
        name: 'Box',
        fields: [
          { name: 'x', type: named('Int'), ...steady },
          { name: 'y', type: items, ...steady },
        ],
        declaredIn: everywhere,
      },
      { name: 'Split', fields: this.#splitFields(), declaredIn: this.#splitIn },
    ]
  }

  #splitFields(): Field[] {
    const random = this.#random
    const link = this.#wrap(random.pick(this.#entities))
    return [
      { name: 'link', type: link, owners: this.#splitIn },
      ...this.#splitIn.map((owner, index) => ({
        name: `s${index}`,
        type: this.#wrap(random.pick(SCALARS)),
        owners: [owner],
      })),
    ]
  }

  #roots(): Field[] {
    const random = this.#random
    const { home, objectIn } = this.#thing
    const roots: Field[] = this.#entities.map((name, index) => ({
      name: `q${index}`,
      type: this.#wrap(name),
      owners: random.some(this.#subgraphs, 1).slice(0, 2),
      ...this.#argument(0.3),
    }))
    const [unionIn] = Object.keys(this.#unions)
    roots.push({ name: 'things', type: this.#wrap('Thing'), owners: [home] })
    if (unionIn !== undefined)
      roots.push({ name: 'anything', type: this.#wrap('Any'), owners: [unionIn], ...this.#argument(0.2) })
    if (objectIn !== undefined && random.chance(0.5))
      roots.push({ name: 'remote', type: this.#wrap('Thing'), owners: [objectIn] })
    const owner = random.pick(this.#subgraphs)
    roots.push({ name: 'plain', type: this.#wrap(random.pick(['Int', 'V0', 'Box'])), owners: [owner] })
    return roots
  }

  #mutations(): Field[] {
    const random = this.#random
    return [0, 1, 2, 3].map((index): Field => {
      const owner = random.pick(this.#subgraphs)
      const target = index < 2 ? 'Int' : random.pick([...this.#entities, 'V0'])
      const type = named(target, random.chance(0.2))
      return { name: `m${index}`, type, owners: [owner], ...this.#argument(0.5) }
    })
  }

  /** Lets some fields give a field of the entity they return along, which another subgraph owns. */
  #provide(objects: readonly ObjectModel[]): ObjectModel[] {
    const random = this.#random
    return objects.map((object) => ({
      ...object,
      fields: object.fields.map((field): Field => {
        const [owner] = field.owners
        const target = objects.find((one) => one.name === innermost(field.type))
        if (target === undefined || owner === undefined || field.owners.length > 1) return field
        if (target.stubs?.includes(owner) || !random.chance(0.4)) return field
        const given = target.fields.find((one) => isProvidable(one, owner))
        return given === undefined ? field : { ...field, provides: given.name }
      }),
    }))
  }
}

function isProvidable(field: Field, owner: string): boolean {
  const isSpecial = field.requires ?? field.override ?? field.inaccessible ?? field.argument ?? field.steady
  const isOwn = ['label', 'extra', 'extra2'].includes(field.name)
  return isSpecial === undefined && !isOwn && isLeaf(innermost(field.type)) && !field.owners.includes(owner)
}
