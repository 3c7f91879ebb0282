import { type GraphQLSchema, parse, validate } from 'graphql'
import { type GeneratedOperation, generateOperation } from './generate-operation.js'
import { type Field, type Model, named, type ObjectModel, type TypeRef } from './model.js'
import type { Random } from './random.js'

const ENTITIES = ['E0', 'E1', 'E2']

/**
 * A graph in which places meet: one entity in several places that later fetches tell apart, fields of one name in two
 * types, values that two subgraphs give together. Which subgraph has which part is drawn; the rest is left out, so that
 * operations of {@link generateSceneOperation} come upon all of it within a few hundred cases.
 */
export function generateScene(random: Random, seed: number): Model {
  const subgraphs = ['a', 'b', 'c', 'd']
  const [home = '', left = '', right = '', far = ''] = random.some(subgraphs, 4)
  const parts = [left, right]
  const label: Field = { name: 'label', type: named('String'), owners: [home] }
  const link: Field = { name: 'link', type: listed(random, 'E2'), owners: parts }
  const split: ObjectModel = {
    name: 'Split',
    declaredIn: parts,
    fields: [link, ...parts.map((owner, index): Field => ({ ...leaf(`s${index}`, owner), argument: 'by' }))],
  }
  return {
    seed,
    subgraphs,
    objects: [...entities({ random, subgraphs, home, parts, far, label }), split],
    thing: { home, label, extras: [] },
    unions: {},
    roots: [
      { name: 'q0', type: listed(random, 'E0'), owners: [home] },
      { name: 'q1', type: named('E1'), owners: [random.pick([left, far])] },
      { name: 'things', type: { kind: 'list', of: named('Thing'), nonNull: false }, owners: [home] },
    ],
    mutations: [],
    hasSecretColor: false,
    sloppy: [],
    instances: random.between(1, 2),
  }
}

const listed = (random: Random, name: string): TypeRef =>
  random.chance(0.5) ? named(name) : { kind: 'list', of: named(name), nonNull: false }

const leaf = (name: string, owner: string): Field => ({ name, type: named('Int'), owners: [owner] })

interface Parts {
  readonly random: Random
  readonly subgraphs: readonly string[]
  readonly home: string
  readonly parts: readonly string[]
  readonly far: string
  readonly label: Field
}

function entities({ random, subgraphs, home, parts, far, label }: Parts): ObjectModel[] {
  const [left = '', right = ''] = parts
  const maker = random.pick([home, far])
  const same: Field = { name: 'same', type: named('Int'), owners: subgraphs }
  const common: Field[] = [
    { name: 'split', type: named('Split'), owners: parts },
    { ...leaf('far', far), argument: 'by' },
    label,
  ]
  const peer: Field = { name: 'peer', type: listed(random, 'E2'), owners: [left] }
  const own: Readonly<Record<string, readonly Field[]>> = {
    E0: [
      peer,
      { ...same, strictIn: subgraphs.filter((one) => one !== left) },
      { name: 'need', type: named('String'), owners: [left], steady: true },
      { name: 'made', type: named('String'), owners: [maker], requires: ['need'], steady: true },
      { name: 'twin', type: named('E0'), owners: [...new Set([home, maker])] },
      leaf('rank', right),
    ],
    E1: [peer, same, { ...same, name: 'size' }, { name: 'owner', type: named('E0'), owners: [right] }],
    E2: [same],
  }
  return ENTITIES.map((name) => ({
    name,
    fields: [...(own[name] ?? []), ...common],
    declaredIn: subgraphs,
    keys: Object.fromEntries(subgraphs.map((one) => [one, one === home ? ['id', 'code'] : ['id']])),
    thingIn: [home],
  }))
}

/** An operation of a scene: one of a few that such graphs are there for, or any. */
export function generateSceneOperation(schema: GraphQLSchema, random: Random): GeneratedOperation {
  const by = () => `(by: ${random.between(1, 3)})`
  const chain = () =>
    random.pick([`far${by()}`, `split { s0${by()} link { far${by()} } s1 }`, `split { link { far${by()} } }`])
  const key = random.pick(['x1: ', ''])
  const text = random.pick([
    `{ y1: q0 { split { link { far${by()} } s0${by()} s1 } } y2: q0 { split { s1 s0${by()} link { far${by()} } } } }`,
    `{ y1: q0 { split { s0${by()} s1${by()} } } y2: q0 { split { s0${by()} s1${by()} } } }`,
    `{ y1: q0 { peer { ${chain()} } } y2: things { ... on E0 { peer { ${chain()} } } } }`,
    '{ y1: things { ... on E0 { same label } ... on E1 { same } } y2: things { ... on E1 { same } ... on E0 { same } } }',
    '{ q1 { same } things { ... on E1 { peer { id } same } ... on E0 { peer { id } same } } }',
    `{ things { ... on E0 { x1: same } ... on E1 { x1: ${random.pick(['same', 'size'])} } } }`,
    `{ things { ... on E0 { ${key}peer { ${chain()} } } ... on E1 { ${key}peer { ${chain()} } } } }`,
    `{ things { ... on E0 { peer { ${chain()} } } ... on E1 { peer { ${random.pick(['id', chain()])} } } } }`,
    `{ things { ... on E0 { peer { x1: far${by()} } } ... on E1 { peer { x1: ${random.pick(['far(by: 2)', 'label'])} } } } }`,
    `{ q0 { twin { ${random.pick(['made', 'code made', 'twin { id made }'])} } made } }`,
    `{ q0 { ${random.pick(['twin { x1: made }', 'twin { twin { x1: made } }'])} x1: rank made } q1 { owner { need } } }`,
  ])
  const document = parse(text)
  return validate(schema, document).length > 0
    ? generateOperation(schema, random, false)
    : { text, document, variables: {} }
}
