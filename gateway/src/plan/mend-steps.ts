import { Kind, parse, print, type SelectionNode, type SelectionSetNode, visit } from 'graphql'
import type { Request, Step } from '../fetch/step.js'
import type { TypeNames } from '../supergraph/type-names.js'
import { ROOT_TYPES } from '../root-types.js'
import { TYPENAME } from '../normalize.js'

/**
 * Takes out of a plan's requests what their subgraphs would refuse them for: the planner (0.0.38) names a field of
 * objects without selecting anything of them, where it has moved all that was selected there to another fetch.
 */
export function mendSteps(step: Step, types: TypeNames): Step {
  if ('steps' in step) return { ...step, steps: step.steps.map((inner) => mendSteps(inner, types)) }
  return { ...step, request: mended(step.request, types) }
}

function mended(request: Request, types: TypeNames): Request {
  let isWhole = true
  const complete = (set: SelectionSetNode, on: string | undefined): SelectionSetNode => {
    const selections = set.selections.flatMap((one): SelectionNode[] => {
      if (one.kind === Kind.FRAGMENT_SPREAD) return [one]
      const below = one.kind === Kind.FIELD ? types.below(on, one.name.value) : one.typeCondition?.name.value
      if (one.selectionSet !== undefined) return [{ ...one, selectionSet: complete(one.selectionSet, below) }]
      if (below === undefined) return [one]
      isWhole = false
      return []
    })
    return { ...set, selections: selections.length === 0 ? [TYPENAME] : selections }
  }
  const document = visit(parse(request.query, { noLocation: true }), {
    OperationDefinition: (node) => ({
      ...node,
      selectionSet: complete(node.selectionSet, ROOT_TYPES[node.operation]),
    }),
    FragmentDefinition: (node) => ({
      ...node,
      selectionSet: complete(node.selectionSet, node.typeCondition.name.value),
    }),
  })
  return isWhole ? request : { ...request, query: print(document) }
}
