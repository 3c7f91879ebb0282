import {
  type GraphQLObjectType,
  isCompositeType,
  Kind,
  type OperationDefinitionNode,
  print,
  type SelectionSetNode,
} from 'graphql'
import { clientKey } from '../alias.js'
import { compileFetch, type Fetching } from '../fetch/fetch.js'
import type { Step } from '../fetch/step.js'
import { normalize } from '../normalize.js'
import { stepsOf } from '../plan/steps.js'
import { compileShape, type Shape } from '../shape.js'
import { Selection } from '../shape/selection.js'
import type { Supergraph } from '../supergraph/supergraph.js'
import { entryField } from './entries.js'
import { keysOf } from './keys-of.js'
import { type Trail, trailsOf, unmarked, withKeys } from './marks.js'
import type { PartPlanning } from './part-planning.js'
import { deciding, planEntrances } from './plan-entrances.js'
import type { Entrance, PlannedFirst, PlannedPart } from './planned-portion.js'
import { seedOf, unaliased } from './seed.js'
import { leavesAt } from './shared-leaves.js'
import type { Part, Portion } from './split.js'
import { allPlanned, toUnplannable } from './unplannable.js'

const TYPENAME: SelectionSetNode = {
  kind: Kind.SELECTION_SET,
  selections: [{ kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }],
}

/**
 * Plans the first portion of an operation and all that comes later. Rejects with {@link Unplannable} when one of the
 * parts has to be answered with what it stands in.
 */
export async function planFirst(portion: Portion, planning: PartPlanning): Promise<PlannedFirst> {
  const { supergraph } = planning
  const { asked, shown, parts, fetched } = await readied(portion, planning)
  const root = supergraph.apiSchema.getRootType(asked.operation)
  if (!root) throw new Error(`The schema has no ${asked.operation} type.`)
  const document = normalize(fetched, root, deciding(planning))
  const node = document && (await planning.ask(print(document)).catch(toUnplannable(marksOf(portion))))
  return {
    executable: portion.executable,
    operation: shown,
    fetching: node && fetchingOf(stepsOf(node, supergraph, document), supergraph),
    parts,
    shape: shapeOf(shown, root, planning),
  }
}

async function planPart(
  part: Part,
  { trails, leavesAround }: Around,
  planning: PartPlanning,
): Promise<PlannedPart> {
  const { shown, parts, fetched } = await readied(part, planning)
  const { supergraph, names } = planning
  const { apiSchema: schema } = supergraph
  const sharedBy = (type: GraphQLObjectType) => {
    const own = leavesAt(shown, { trail: [], root: type, type, schema, names })
    return new Set([...leavesAround(type)].filter((key) => own.has(key)))
  }
  const asking = { part, fetched, sharedBy }
  const { node, document, keys } = await planEntrances(asking, planning).catch(toUnplannable([part.mark]))
  const entrances = [...part.entrances].map(([type, graph]): readonly [string, Entrance] => {
    const at = graph === undefined ? undefined : entryField(type.name, graph)
    const known = {
      ...TYPENAME,
      selections: [...TYPENAME.selections, ...(keys.get(at ?? '')?.selections ?? [])],
    }
    const shared = at === undefined ? NOTHING : sharedBy(type)
    const told = new Map([...shared].map((key) => [clientKey(key), key]))
    const compiled = { keys: unaliased(known), seed: seedOf(known, shared), shared: told }
    let shape: Shape | undefined
    // Of the types that its objects may have, most parts meet one or two.
    return [type.name, { at, ...compiled, shape: () => (shape ??= shapeOf(shown, type, planning)) }]
  })
  return {
    executable: part.executable,
    label: part.label,
    trails,
    operation: shown,
    fetching: node && document && fetchingOf(stepsOf(node, supergraph, document), supergraph),
    parts,
    entrances: new Map(entrances),
  }
}

function fetchingOf(step: Step | undefined, { types }: Supergraph): Fetching | undefined {
  return step && compileFetch(step, types)
}

function marksOf({ parts }: Portion): readonly string[] {
  return parts.map(({ mark }) => mark)
}

const NOTHING: ReadonlySet<string> = new Set()

/** What a part must know of the portion around it. */
interface Around {
  readonly trails: readonly Trail[]
  /** Keys of the leaves that it has for objects of a type. */
  readonly leavesAround: (type: GraphQLObjectType) => ReadonlySet<string>
}

/** What a portion asks for, and its parts, planned. What they need to know is fetched with it. */
async function readied({ executable, parts }: Portion, planning: PartPlanning) {
  const { names, supergraph } = planning
  const { apiSchema: schema } = supergraph
  const { definition: asked, on } = planning.permitted(executable)
  const root = on === undefined ? schema.getRootType(asked.operation) : schema.getType(on)
  if (!isCompositeType(root)) throw new Error('A portion has no type.')
  const marks = new Set(marksOf({ executable, parts }))
  const found = trailsOf(asked, root, { marks, schema, names })
  const planned = await allPlanned(
    parts.flatMap((part) => {
      const trails = found.get(part.mark)
      if (trails === undefined) return []
      const [trail, ...others] = trails
      const leavesAround = (type: GraphQLObjectType) =>
        trail === undefined || others.length > 0
          ? NOTHING
          : leavesAt(asked, { trail, root, type, schema, names })
      return [planPart(part, { trails, leavesAround }, planning).then((one) => [part, one] as const)]
    }),
  )
  const keys = new Map(planned.map(([{ mark }, one]) => [mark, keysOf(one, schema)]))
  return {
    asked,
    shown: unmarked(asked, marks),
    fetched: withKeys(asked, keys),
    parts: planned.map(([, one]) => one),
  }
}

function shapeOf(shown: OperationDefinitionNode, type: GraphQLObjectType, planning: PartPlanning): Shape {
  const context = deciding(planning)
  return compileShape(context.schema, type, new Selection([shown.selectionSet], context))
}
