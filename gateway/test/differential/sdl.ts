import {
  type Field,
  headOf,
  innermost,
  type Key,
  type Model,
  type ObjectModel,
  printType,
  type TypeRef,
} from './model.js'

const ARGUMENTS = { by: '(by: Int = 1)', where: '(where: Where)' } as const
const KEYS: Readonly<Record<Key, string>> = { id: 'id', code: 'code', part: 'num part { sku }' }
const KEY_FIELDS: Readonly<Record<Key, string>> = {
  id: 'id: ID!',
  code: 'code: String!',
  part: 'num: Int! part: Part!',
}
const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@requires", "@provides", "@external", "@shareable", "@inaccessible", "@override", "@interfaceObject"])`
const INPUT =
  'input Where { by: Int = 1 color: Color = RED tags: [String!] rows: [[Int]] inner: Where blob: Blob }'

/** The whole graph as one schema: what clients see. */
export function monolithSdl(model: Model): string {
  const { thing } = model
  const visible = model.objects.filter((object) => object.inaccessible === undefined)
  const objects = visible.map((object) => {
    const fields = object.fields.filter((field) => field.inaccessible === undefined).map(plain)
    const keys = new Set(Object.values(object.keys ?? {}).flat())
    const own = [...keys].map((key) => KEY_FIELDS[key])
    return `type ${object.name}${implementing(object, undefined)} { ${[...own, ...fields].join(' ')} }`
  })
  const members = [...new Set(Object.values(model.unions).flat())]
  const known = members.filter((name) => visible.some((object) => object.name === name))
  const leafy = visible.find((object) => (object.leafyIn?.length ?? 0) > 0)
  return [
    ...objects,
    thing === undefined
      ? ''
      : `interface Thing { id: ID! ${[thing.label, ...thing.extras].map(plain).join(' ')} }`,
    leafy === undefined ? '' : leafySdl(leafy),
    known.length === 0 ? '' : `union Any = ${known.join(' | ')}`,
    'enum Color { RED GREEN } scalar Blob type Part { sku: ID! }',
    'directive @defer(if: Boolean! = true, label: String) on FRAGMENT_SPREAD | INLINE_FRAGMENT',
    INPUT,
    `type Query { ${model.roots.map(plain).join(' ')} }`,
    model.mutations.length === 0 ? '' : `type Mutation { ${model.mutations.map(plain).join(' ')} }`,
  ].join('\n')
}

const plain = (field: Field) => typed(field, field.type)

const typed = ({ name, argument }: Field, type: TypeRef) =>
  `${name}${argument === undefined ? '' : ARGUMENTS[argument]}: ${printType(type)}`

/** As one subgraph declares it. */
const declaredBy = (subgraph: string, field: Field) =>
  typed(field, field.strictIn?.includes(subgraph) ? { ...field.type, nonNull: true } : field.type)

function leafySdl(object: ObjectModel): string {
  return `interface Leafy { ${object.fields
    .filter((field) => field.name === 'v0')
    .map(plain)
    .join(' ')} }`
}

function implementing(object: ObjectModel, subgraph: string | undefined): string {
  const isIn = (homes: readonly string[] | undefined) =>
    subgraph === undefined ? (homes?.length ?? 0) > 0 : homes?.includes(subgraph)
  const names = [...(isIn(object.thingIn) ? ['Thing'] : []), ...(isIn(object.leafyIn) ? ['Leafy'] : [])]
  return names.length === 0 ? '' : ` implements ${names.join(' & ')}`
}

/** What one subgraph declares. */
export function subgraphSdl(model: Model, subgraph: string): string {
  const parts = [
    LINK,
    `enum Color { RED GREEN${model.hasSecretColor ? ' SECRET @inaccessible' : ''} } scalar Blob`,
    INPUT,
  ]
  const objects = model.objects.filter((object) => object.declaredIn.includes(subgraph))
  if (objects.some((object) => object.keys !== undefined)) parts.push('type Part @shareable { sku: ID! }')
  for (const object of objects) {
    if (object.keys === undefined) parts.push(valueSdl(object, subgraph))
    else parts.push(entitySdl(model, object, subgraph))
  }
  const leafy = objects.find((object) => object.leafyIn?.includes(subgraph))
  if (leafy !== undefined) parts.push(leafySdl(leafy))
  parts.push(...thingSdl(model, subgraph))
  const members = model.unions[subgraph]
  if (members !== undefined && members.length > 0) parts.push(`union Any = ${members.join(' | ')}`)
  const roots = model.roots.filter((root) => root.owners.includes(subgraph))
  parts.push(
    roots.length === 0
      ? `type Query { only_${subgraph}: Int @inaccessible }`
      : `type Query { ${roots.map((root) => plain(root) + (root.owners.length > 1 ? ' @shareable' : '')).join(' ')} }`,
  )
  const mutations = model.mutations.filter((field) => field.owners.includes(subgraph))
  if (mutations.length > 0) parts.push(`type Mutation { ${mutations.map(plain).join(' ')} }`)
  return parts.join('\n')
}

function valueSdl(object: ObjectModel, subgraph: string): string {
  const hidden = object.inaccessible ? ' @inaccessible' : ''
  return `type ${object.name}${implementing(object, subgraph)} @shareable${hidden} { ${object.fields
    .filter((field) => field.owners.includes(subgraph))
    .map(plain)
    .join(' ')} }`
}

function thingSdl({ thing }: Model, subgraph: string): string[] {
  if (thing === undefined) return []
  const { home, alsoIn, objectIn, label, extras } = thing
  if (subgraph === home) {
    const key = objectIn === undefined ? '' : ' @key(fields: "id")'
    return [`interface Thing${key} { id: ID! ${plain(label)} }`]
  }
  if (subgraph === alsoIn) return ['interface Thing { id: ID! }']
  if (subgraph !== objectIn) return []
  return [`type Thing @key(fields: "id") @interfaceObject { id: ID! ${extras.map(plain).join(' ')} }`]
}

function entitySdl(model: Model, object: ObjectModel, subgraph: string): string {
  const keys = object.keys?.[subgraph] ?? ['id']
  const lines = keys.map((key) => KEY_FIELDS[key])
  for (const field of object.fields) {
    const line = declared(model, object, field, subgraph)
    if (line !== undefined) lines.push(line)
  }
  const isStub = object.stubs?.includes(subgraph) === true
  const directives = keys.map((key) => `@key(fields: "${KEYS[key]}"${isStub ? ', resolvable: false' : ''})`)
  return `type ${object.name}${implementing(object, subgraph)} ${directives.join(' ')} { ${lines.join(' ')} }`
}

function declared(model: Model, object: ObjectModel, field: Field, subgraph: string): string | undefined {
  const hidden = field.inaccessible ? ' @inaccessible' : ''
  if (field.owners.includes(subgraph)) {
    const requires = field.requires === undefined ? '' : ` @requires(fields: "${field.requires.join(' ')}")`
    const provides = field.provides === undefined ? '' : ` @provides(fields: "${field.provides}")`
    const isShared = field.owners.length > 1 || isProvided(model, object, field)
    return `${declaredBy(subgraph, field)}${requires}${override(field)}${provides}${isShared ? ' @shareable' : ''}${hidden}`
  }
  if (field.override?.from === subgraph) return plain(field)
  const isRequired = object.fields.some(
    (other) =>
      other.owners.includes(subgraph) && other.requires?.some((one) => headOf(one) === field.name) === true,
  )
  if (isRequired || isProvidedBy(model, object, field, subgraph)) return `${plain(field)} @external`
  return undefined
}

function override({ override: from }: Field): string {
  if (from === undefined) return ''
  const label = from.percent === undefined ? '' : `, label: "percent(${from.percent})"`
  return ` @override(from: "${from.from}"${label})`
}

function isProvided(model: Model, object: ObjectModel, field: Field): boolean {
  return model.subgraphs.some((subgraph) => isProvidedBy(model, object, field, subgraph))
}

/** Whether some field of `subgraph` gives this one along. */
function isProvidedBy(model: Model, object: ObjectModel, field: Field, subgraph: string): boolean {
  return model.objects.some((from) =>
    from.fields.some(
      (giving) =>
        giving.provides === field.name &&
        giving.owners.includes(subgraph) &&
        innermost(giving.type) === object.name,
    ),
  )
}
