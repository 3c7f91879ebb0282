import {
  type ConstArgumentNode,
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type EnumTypeDefinitionNode,
  type FieldDefinitionNode,
  isTypeDefinitionNode,
  Kind,
  print,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import { argument, fieldJoins, flag, isComposite, joins, selectionOf } from './sdl.js'
import { Reach } from './reach.js'
import type { TypeIndex } from './type-index.js'

/** Ends the planner's names for the faces of a subgraph. No SDL name contains it by accident. */
const FACE = '__requires'
const FACES = /__requires.*$/

/** A field that requires something of others in some subgraph, as it is asked for. */
export interface Requiring {
  readonly type: string
  readonly field: string
  readonly graph: string
  readonly requires: SelectionSetNode
  /** Those of one depth do not need each other. */
  readonly depth: number
  /** Those of one color are of one face. */
  readonly color: number
}

/** What plans call the face of a subgraph. */
export function faceName(subgraph: string, { depth, color }: Pick<Requiring, 'depth' | 'color'>): string {
  return `${subgraph}${FACE}${depth}_${color}`
}

/** A subgraph as the planner is shown it for fields that require others. */
interface Face {
  readonly graph: string
  readonly suffix: string
  /** By type: what is required, and the fields that are fetched from nowhere else. */
  readonly requires: Map<string, SelectionNode[]>
  readonly fields: Map<string, Set<string>>
  readonly reach: Reach
}

/**
 * The same supergraph with what fields require as part of the keys by which their objects are asked for. To a subgraph that
 * is the same: a representation holds a key and what is required. The planner (0.0.38) finds ways to keys of which several
 * subgraphs give a part each, but none to what is required where the key has to be fetched too ("Expected a single
 * parent"), nor from an object that the same subgraph gave. It is shown each subgraph once without what requires something,
 * and once more, with nothing else, for each group of what is asked for. The rest of what requires something is left out:
 * its time goes up with each face of a type twofold and more.
 */
export function requiresAsKeys(
  supergraph: DocumentNode,
  { requiring, hasAllKeys }: Showable,
  types: TypeIndex,
): DocumentNode {
  const faces = new Map<string, Face>()
  const shared = new Map<string, Map<string, SelectionNode[]>>()
  for (const one of requiring) {
    const suffix = faceName('', one)
    // Along one way the planner goes by each key once: with fewer keys it is done sooner. What requires nothing is alike.
    const alike = one.depth === 0 ? one.graph : one.graph + suffix
    const requires = shared.get(alike) ?? new Map<string, SelectionNode[]>()
    shared.set(alike, requires)
    const face = faces.get(one.graph + suffix) ?? { ...newFace(one.graph, suffix, types), requires }
    faces.set(one.graph + suffix, face)
    add(face, one, types)
  }
  const showing: Showing = { faces: [...faces.values()], types, hasAllKeys }
  return { ...supergraph, definitions: supergraph.definitions.map((one) => shown(one, showing)) }
}

interface Showable {
  readonly requiring: readonly Requiring[]
  /** Whether objects of faces can be asked for by all of their keys, or by the one that most subgraphs give. */
  readonly hasAllKeys: boolean
}

interface Showing extends Pick<Showable, 'hasAllKeys'> {
  readonly faces: readonly Face[]
  readonly types: TypeIndex
}

/** The subgraph that answers what the planner asks of a name. */
export function realName(service: string): string {
  return service.replace(FACES, '')
}

function newFace(graph: string, suffix: string, types: TypeIndex): Face {
  return { graph, suffix, requires: new Map(), fields: new Map(), reach: new Reach(graph, types) }
}

function add(face: Face, { type, field, requires }: Requiring, types: TypeIndex): void {
  face.requires.set(type, [...(face.requires.get(type) ?? []), ...requires.selections])
  face.fields.set(type, (face.fields.get(type) ?? new Set()).add(field))
  face.reach.add(type, field)
  face.reach.mention(type, requires)
  for (const key of keysIn(types.get(type), face.graph)) face.reach.mention(type, selectionOf(key))
  face.reach.enter(types.below(type, field) ?? '')
}

/** The keys by which a subgraph can be asked for objects of a type. */
export function keysIn(type: DefinitionNode | undefined, graph: string): string[] {
  return (isComposite(type) ? (type.directives ?? []) : []).flatMap((one) => {
    const key = joins(one, 'join__type', graph) ? argument(one, 'key') : undefined
    return key === undefined || flag(one, 'resolvable') === false ? [] : [key]
  })
}

/** A key with what is required as one set of fields. */
function together(key: string, requires: readonly SelectionNode[]): string {
  const { selections } = selectionOf(key)
  const set = united({ kind: Kind.SELECTION_SET, selections: [...selections, ...requires] })
  return print(set).replaceAll(/\s+/g, ' ').slice(2, -2)
}

function united({ selections }: SelectionSetNode): SelectionSetNode {
  const known = new Map<string, SelectionNode>()
  for (const one of selections) {
    if (one.kind === Kind.FRAGMENT_SPREAD) continue
    const { selectionSet, ...bare } = one
    const text = print({ ...bare, selectionSet: NOTHING })
    const before = known.get(text)
    const others =
      before === undefined || before.kind === Kind.FRAGMENT_SPREAD ? NOTHING : before.selectionSet
    const inner = [...(others?.selections ?? []), ...(selectionSet?.selections ?? [])]
    known.set(
      text,
      inner.length === 0 ? one : { ...one, selectionSet: united({ ...NOTHING, selections: inner }) },
    )
  }
  return { ...NOTHING, selections: [...known.values()] }
}

const NOTHING: SelectionSetNode = { kind: Kind.SELECTION_SET, selections: [] }

/** A definition as it is with all faces. */
function shown(definition: DefinitionNode, { faces, types, hasAllKeys }: Showing): DefinitionNode {
  if (!isTypeDefinitionNode(definition)) return definition
  const name = definition.name.value
  if (definition.kind === Kind.ENUM_TYPE_DEFINITION && name === 'join__Graph')
    return graphs(definition, faces)
  const own = faces.filter(({ reach }) => reach.has(name))
  const before = definition.directives ?? []
  const directives = [...before, ...own.flatMap((face) => joinsIn(face, name, { before, types, hasAllKeys }))]
  if (definition.kind === Kind.ENUM_TYPE_DEFINITION) {
    const values = (definition.values ?? []).map((value) => {
      const known = value.directives ?? []
      const added = own.flatMap((face) => joinsIn(face, name, { before: known, types, hasAllKeys }))
      return { ...value, directives: [...known, ...added] }
    })
    return { ...definition, directives, values }
  }
  if (!isComposite(definition)) return { ...definition, directives }
  const fields = (definition.fields ?? []).flatMap((field) => {
    const joined = { ...field, directives: fieldJoins(field, before) }
    return fieldIn({ faces: own, types, hasAllKeys }, name, joined)
  })
  return { ...definition, directives, fields }
}

interface Joined extends Pick<Showable, 'hasAllKeys'> {
  readonly before: readonly ConstDirectiveNode[]
  readonly types: TypeIndex
}

/** The joins of a type, or of a value of one, in a face of their subgraph. Nothing goes there by keys alone. */
function joinsIn(face: Face, type: string, { before, types, hasAllKeys }: Joined): ConstDirectiveNode[] {
  const own = before.filter((one) => argument(one, 'graph') === face.graph)
  const first = own.find(({ name }) => name.value === 'join__type')
  const others = own.filter((one) => {
    const to = argument(one, 'interface') ?? argument(one, 'member')
    return one.name.value !== 'join__type' && (to === undefined || face.reach.has(to))
  })
  const required = face.fields.has(type) ? face.requires.get(type) : undefined
  // The one that most subgraphs give is the last.
  const ways = keysIn(types.get(type), face.graph).slice(hasAllKeys ? 0 : -1)
  const keys = required && ways.map((key) => together(key, required))
  const entered = first === undefined ? [] : (keys ?? [undefined]).map((key) => inFace(face, first, key))
  return [...entered, ...others.map((one) => inFace(face, one))]
}

/** A field with the joins of faces beside their subgraph's, or instead of it for what requires something. */
function fieldIn({ faces, types }: Showing, type: string, field: FieldDefinitionNode): FieldDefinitionNode[] {
  const name = field.name.value
  const before = field.directives ?? []
  const faceOf = (join: ConstDirectiveNode) =>
    faces.find(
      ({ graph, fields }) => graph === argument(join, 'graph') && fields.get(type)?.has(name) === true,
    )
  /** What is overridden may be of a face. */
  const overriding = (join: ConstDirectiveNode) => {
    const overridden = before.find(
      (one) => types.nameOf(argument(one, 'graph') ?? '') === argument(join, 'override'),
    )
    const face = overridden && argument(overridden, 'requires') !== undefined ? faceOf(overridden) : undefined
    if (face === undefined) return join
    return changed(join, { override: { kind: Kind.STRING, value: types.nameOf(face.graph) + face.suffix } })
  }
  const directives = before.flatMap((one) => {
    const only = argument(one, 'requires') === undefined ? undefined : faceOf(one)
    if (argument(one, 'requires') !== undefined) {
      return only === undefined ? [external(one)] : [external(one), overriding(inFace(only, one))]
    }
    const here = faces.filter(
      ({ graph, reach }) => graph === argument(one, 'graph') && reach.includes(type, name),
    )
    // An interface has it where all its objects do.
    const isOfAll = types
      .objectsOf(type, argument(one, 'graph') ?? '')
      .every((object) => !isRequiring(types.get(object), name, argument(one, 'graph')))
    return isOfAll ? [overriding(one), ...here.map((face) => inFace(face, one))] : [external(one)]
  })
  const isLeft = directives.some((one) => one.name.value === 'join__field')
  return isLeft || before.length === 0 ? [{ ...field, directives }] : []
}

/** The join of a subgraph that does not have the field by itself. */
function external(join: ConstDirectiveNode): ConstDirectiveNode {
  const [graph] = (join.arguments ?? []).filter(({ name }) => name.value === 'graph')
  const value = { kind: Kind.BOOLEAN, value: true } as const
  const flagged = { kind: Kind.ARGUMENT, name: { kind: Kind.NAME, value: 'external' }, value } as const
  return { ...join, arguments: graph === undefined ? [flagged] : [graph, flagged] }
}

function isRequiring(type: DefinitionNode | undefined, field: string, graph: string | undefined): boolean {
  const own = isComposite(type) ? type.fields?.find(({ name }) => name.value === field) : undefined
  return (
    own?.directives?.some(
      (one) => argument(one, 'graph') === graph && argument(one, 'requires') !== undefined,
    ) === true
  )
}

function graphs(definition: EnumTypeDefinitionNode, faces: readonly Face[]): EnumTypeDefinitionNode {
  const values = (definition.values ?? []).flatMap((value) => {
    const own = faces.filter(({ graph }) => graph === value.name.value)
    const added = own.map(({ suffix }) => ({
      ...value,
      name: { ...value.name, value: value.name.value + suffix },
      directives: (value.directives ?? []).map((one) =>
        changed(one, { name: { kind: Kind.STRING, value: `${argument(one, 'name')}${suffix}` } }),
      ),
    }))
    return [value, ...added]
  })
  return { ...definition, values }
}

/** The join of a subgraph as one of its face, where what is required is known. */
function inFace(face: Face, join: ConstDirectiveNode, key?: string): ConstDirectiveNode {
  return changed(join, {
    graph: { kind: Kind.ENUM, value: face.graph + face.suffix },
    requires: undefined,
    external: undefined,
    // A face knows nothing of what it provides; who has it is asked.
    provides: undefined,
    key: key === undefined ? undefined : { kind: Kind.STRING, value: key },
  })
}

type Changes = Readonly<Record<string, ConstArgumentNode['value'] | undefined>>

function changed(directive: ConstDirectiveNode, changes: Changes): ConstDirectiveNode {
  const kept = (directive.arguments ?? []).filter(({ name }) => !(name.value in changes))
  const set = Object.entries(changes).flatMap(([of, value]): ConstArgumentNode[] => {
    const name = { kind: Kind.NAME, value: of } as const
    return value === undefined ? [] : [{ kind: Kind.ARGUMENT, name, value }]
  })
  return { ...directive, arguments: [...kept, ...set] }
}
