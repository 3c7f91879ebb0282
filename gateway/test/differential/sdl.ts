import { type Field, innermost, type Model, type ObjectModel, printType } from './model.js'

const ARGUMENT = '(by: Int = 1)'
const LINK = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key", "@requires", "@provides", "@external", "@shareable", "@inaccessible", "@override", "@interfaceObject"])`

/** The whole graph as one schema: what clients see. */
export function monolithSdl(model: Model): string {
  const objects = model.objects.map((object) => {
    const fields = object.fields.filter((field) => field.inaccessible === undefined).map(plain)
    const keys = object.isEntity ? ['id: ID!', 'code: String!'] : []
    return `type ${object.name}${object.implements ? ' implements Thing' : ''} { ${[...keys, ...fields].join(' ')} }`
  })
  const extra = model.thingObjectIn === undefined ? '' : ' extra: String'
  return [
    ...objects,
    `interface Thing { id: ID! label: String${extra} }`,
    `union Any = ${model.union.join(' | ')}`,
    'enum Color { RED GREEN }',
    'scalar Blob',
    `type Query { ${model.roots.map(plain).join(' ')} }`,
    `type Mutation { ${model.mutations.map(plain).join(' ')} }`,
  ].join('\n')
}

const plain = (field: Field) => `${field.name}${field.hasArgument ? ARGUMENT : ''}: ${printType(field.type)}`

/** What one subgraph declares. */
export function subgraphSdl(model: Model, subgraph: string): string {
  const parts = [
    LINK,
    `enum Color { RED GREEN${model.hasSecretColor ? ' SECRET @inaccessible' : ''} }`,
    'scalar Blob',
  ]
  const isObjectHome = subgraph === model.thingObjectIn
  for (const object of isObjectHome ? [] : model.objects) {
    if (!object.isEntity) {
      parts.push(`type ${object.name} @shareable { ${object.fields.map(plain).join(' ')} }`)
      continue
    }
    parts.push(entitySdl(model, object, subgraph))
  }
  if (subgraph === model.thingIn) {
    const key = model.thingObjectIn === undefined ? '' : ' @key(fields: "id")'
    parts.push(`interface Thing${key} { id: ID! label: String }`)
  }
  if (isObjectHome) parts.push('type Thing @key(fields: "id") @interfaceObject { id: ID! extra: String }')
  if (subgraph === model.unionIn) parts.push(`union Any = ${model.union.join(' | ')}`)
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

function entitySdl(model: Model, object: ObjectModel, subgraph: string): string {
  const keys = object.keys.get(subgraph) ?? ['id']
  const lines: string[] = keys.map((key) => (key === 'id' ? 'id: ID!' : 'code: String!'))
  for (const field of object.fields) {
    const line = declared(model, object, field, subgraph)
    if (line !== undefined) lines.push(line)
  }
  const implementing = object.implements && subgraph === model.thingIn ? ' implements Thing' : ''
  return `type ${object.name}${implementing} ${keys.map((key) => `@key(fields: "${key}")`).join(' ')} { ${lines.join(' ')} }`
}

function declared(model: Model, object: ObjectModel, field: Field, subgraph: string): string | undefined {
  if (field.name === 'extra' && field.owners.includes(model.thingObjectIn ?? '')) return undefined
  const hidden = field.inaccessible ? ' @inaccessible' : ''
  if (field.owners.includes(subgraph)) {
    const requires = field.requires === undefined ? '' : ` @requires(fields: "${field.requires}")`
    const override = field.overriddenFrom === undefined ? '' : ` @override(from: "${field.overriddenFrom}")`
    const provides = field.provides === undefined ? '' : ` @provides(fields: "${field.provides}")`
    const isShared = field.owners.length > 1 || isProvided(model, object, field)
    return `${plain(field)}${requires}${override}${provides}${isShared ? ' @shareable' : ''}${hidden}`
  }
  if (field.overriddenFrom === subgraph) return plain(field)
  const isRequired = object.fields.some(
    (other) => other.requires === field.name && other.owners.includes(subgraph),
  )
  if (isRequired || isProvidedBy(model, object, field, subgraph)) return `${plain(field)} @external`
  return undefined
}

function isProvided(model: Model, object: ObjectModel, field: Field): boolean {
  return model.subgraphs.some((subgraph) => isProvidedBy(model, object, field, subgraph))
}

/** Whether some field of `subgraph` gives this one along. */
export function isProvidedBy(model: Model, object: ObjectModel, field: Field, subgraph: string): boolean {
  return model.objects.some((from) =>
    from.fields.some(
      (giving) =>
        giving.provides === field.name &&
        giving.owners.includes(subgraph) &&
        innermost(giving.type) === object.name,
    ),
  )
}
