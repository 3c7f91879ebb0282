import { type FieldNode, Kind, parse, print, type SelectionSetNode, visit } from 'graphql'
import type { Lookup, Rewrite, Step, Way } from '../fetch/step.js'
import { type Fragments, fragmentsOf } from '../fragments.js'
import { responseKey } from '../response-key.js'
import { ROOT_TYPES } from '../root-types.js'
import type { TypeNames } from '../supergraph/type-names.js'

/** Ends the names of fields that would be taken for those of another type. No SDL name contains it by accident. */
const APART = '__of_'

/**
 * The same steps with names of their own for fields that a subgraph refuses to answer under one: the planner (0.0.38) asks
 * for what @requires and keys need of several types of objects at once, whether or not it is of one type there.
 */
export function tellApart(step: Step, types: TypeNames): Step {
  if ('steps' in step) return { ...step, steps: step.steps.map((one) => tellApart(one, types)) }
  const { request } = step
  const document = parse(request.query, { noLocation: true })
  const telling: Telling = { types, fragments: fragmentsOf(document), apart: new Map(), ways: [] }
  for (const one of document.definitions) {
    if (one.kind !== Kind.OPERATION_DEFINITION) continue
    const parent = ROOT_TYPES[one.operation]
    look([{ set: one.selectionSet, parent }], [], telling)
  }
  if (telling.ways.length === 0) return step
  const query = print(
    visit(document, {
      Field(field) {
        const value = telling.apart.get(field)
        return value === undefined ? undefined : { ...field, alias: { kind: Kind.NAME, value } }
      },
    }),
  )
  if (step.kind !== 'entities') {
    return { ...step, request: { ...request, query, renames: [...request.renames, ...telling.ways] } }
  }
  const lookups = step.lookups.map((lookup) => ({
    ...lookup,
    renames: [...lookup.renames, ...renamesOf(lookup, telling.ways)],
  }))
  return { ...step, request: { ...request, query }, lookups }
}

/** Those of a lookup begin at its list. */
function renamesOf({ alias }: Lookup, ways: readonly Rewrite[]): Rewrite[] {
  return ways.flatMap((one) => (one.way[0] === alias ? [{ ...one, way: one.way.slice(1) }] : []))
}

interface Telling {
  readonly types: TypeNames
  readonly fragments: Fragments
  /** The names of fields that have one of their own. */
  readonly apart: Map<FieldNode, string>
  readonly ways: Rewrite[]
}

/** Selections of one place, and the type whose objects they are for. */
interface Place {
  readonly set: SelectionSetNode
  readonly parent: string | undefined
}

interface Met {
  readonly field: FieldNode
  readonly parent: string | undefined
}

function look(places: readonly Place[], way: Way, telling: Telling): void {
  const { types } = telling
  const met = new Map<string, Met[]>()
  for (const place of places) collect(place, telling.fragments, met)
  for (const [key, fields] of met) {
    const shapes = new Map<string, Met[]>()
    for (const one of fields) {
      const shape = types.shapeOf(one.parent, one.field.name.value)
      shapes.set(shape, [...(shapes.get(shape) ?? []), one])
    }
    for (const [index, alike] of [...shapes.values()].entries()) {
      if (index > 0) takeApart(alike, { key, way }, telling)
      const below = alike.flatMap(({ field: { name, selectionSet }, parent }) =>
        selectionSet === undefined ? [] : [{ set: selectionSet, parent: types.below(parent, name.value) }],
      )
      if (below.length > 0) look(below, [...way, key], telling)
    }
  }
}

function collect({ set, parent }: Place, fragments: Fragments, met: Map<string, Met[]>): void {
  for (const one of set.selections) {
    if (one.kind === Kind.FIELD) {
      const key = responseKey(one)
      met.set(key, [...(met.get(key) ?? []), { field: one, parent }])
      continue
    }
    const fragment = one.kind === Kind.INLINE_FRAGMENT ? one : fragments.get(one.name.value)
    if (fragment === undefined) continue
    const condition = fragment.typeCondition?.name.value ?? parent
    collect({ set: fragment.selectionSet, parent: condition }, fragments, met)
  }
}

function takeApart(fields: readonly Met[], at: { key: string; way: Way }, { apart, ways }: Telling): void {
  for (const { field, parent } of fields) {
    const name = `${at.key}${APART}${parent}`
    if (apart.get(field) === name) continue
    apart.set(field, name)
    ways.push({ way: at.way, key: name, to: at.key })
  }
}
