import {
  type GraphQLObjectType,
  Kind,
  type OperationDefinitionNode,
  print,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import type { Fragments } from '../fragments.js'
import { normalize, usedVariables } from '../normalize.js'
import { responseKey } from '../response-key.js'
import { entryField } from './entries.js'
import { type EntryPlan, entryPlanOf } from './entry-plan.js'
import type { PartPlanning } from './part-planning.js'
import type { Part } from './split.js'

interface Entering {
  readonly part: Part
  readonly fetched: OperationDefinitionNode
  /** Keys of the leaves of objects of a type that the portion around it has as well. */
  readonly sharedBy: (type: GraphQLObjectType) => ReadonlySet<string>
}

/** Plans what a part asks for of each type of object in one, so that what can be asked for together is. */
export async function planEntrances(
  { part, fetched, sharedBy }: Entering,
  planning: PartPlanning,
): Promise<EntryPlan> {
  const selections: SelectionNode[] = []
  for (const [type, graph] of part.entrances) {
    const document = normalize(fetched, type, deciding(planning))
    const [operation] = document?.definitions ?? []
    if (document === undefined || operation?.kind !== Kind.OPERATION_DEFINITION) continue
    if (graph === undefined) return { node: await planning.ask(print(document)), document, keys: NO_KEYS }
    const shared = sharedBy(type)
    const left = operation.selectionSet.selections.filter((one) => !isOf(shared, one))
    if (left.length === 0) continue
    const name = { kind: Kind.NAME, value: entryField(type.name, graph) } as const
    selections.push({ kind: Kind.FIELD, name, selectionSet: { kind: Kind.SELECTION_SET, selections: left } })
  }
  if (selections.length === 0) return { node: undefined, document: undefined, keys: NO_KEYS }
  const { variableDefinitions = [] } = fetched
  const operation: OperationDefinitionNode = {
    kind: Kind.OPERATION_DEFINITION,
    operation: fetched.operation,
    selectionSet: { kind: Kind.SELECTION_SET, selections },
  }
  const used = usedVariables(operation, variableDefinitions)
  const document = {
    kind: Kind.DOCUMENT,
    definitions: [{ ...operation, variableDefinitions: used }],
  } as const
  return entryPlanOf(await planning.askEntries(print(document)), document)
}

function isOf(keys: ReadonlySet<string>, one: SelectionNode): boolean {
  return one.kind === Kind.FIELD && keys.has(responseKey(one))
}

const NO_KEYS: ReadonlyMap<string, SelectionSetNode> = new Map()

const NO_FRAGMENTS: Fragments = new Map()

/** What decides how an operation is read whose conditions are decided and whose fragments are in line. */
export function deciding({ supergraph, names }: Pick<PartPlanning, 'supergraph' | 'names'>) {
  const { apiSchema: schema, hiding, shared } = supergraph
  return { schema, hiding, shared, names, fragments: NO_FRAGMENTS, variables: {} }
}
