import {
  type DirectiveNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  getVariableValues,
  type GraphQLSchema,
  type InlineFragmentNode,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import type { GeneratedOperation } from '../generate-operation.js'

/** An operation with its conditions decided and its fragments in line. */
export interface Expanded {
  readonly operation: OperationDefinitionNode
  /** The fragments that are still deferred, with their labels. */
  readonly deferred: ReadonlyMap<InlineFragmentNode, string | undefined>
  /** How many were deferred at first. */
  readonly met: number
}

/**
 * Writes fragments out and decides conditions. Of the deferred fragments, numbered as they are met, those stay deferred
 * that came in a part of their own; a server may answer others with what they stand in.
 */
export function expand(
  schema: GraphQLSchema,
  { document, variables }: GeneratedOperation,
  came: ReadonlySet<number>,
): Expanded {
  const operation = document.definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION)
  if (operation === undefined) throw new Error('no operation')
  const { coerced = {} } = getVariableValues(schema, operation.variableDefinitions ?? [], variables)
  const expanding = {
    document,
    coerced,
    came,
    deferred: new Map<InlineFragmentNode, string | undefined>(),
    met: 0,
  }
  const selectionSet = expandSet(operation.selectionSet, expanding)
  return { operation: { ...operation, selectionSet }, deferred: expanding.deferred, met: expanding.met }
}

interface Expanding {
  readonly document: DocumentNode
  readonly coerced: Readonly<Record<string, unknown>>
  readonly came: ReadonlySet<number>
  readonly deferred: Map<InlineFragmentNode, string | undefined>
  met: number
}

function expandSet(set: SelectionSetNode, expanding: Expanding): SelectionSetNode {
  const selections = set.selections.flatMap((one): readonly SelectionNode[] => {
    if (valueOf(one.directives, 'skip', 'if', expanding) === true) return []
    if (valueOf(one.directives, 'include', 'if', expanding) === false) return []
    if (one.kind === Kind.FIELD) {
      const { selectionSet } = one
      const inner = selectionSet && { selectionSet: expandSet(selectionSet, expanding) }
      return [{ ...one, directives: [], ...inner }]
    }
    const fragment =
      one.kind === Kind.INLINE_FRAGMENT ? one : definitionOf(one.name.value, expanding.document)
    const defer = one.directives?.find(({ name }) => name.value === 'defer')
    const isDeferred = defer !== undefined && valueOf(one.directives, 'defer', 'if', expanding) !== false
    const number = isDeferred ? expanding.met++ : undefined
    const selectionSet = expandSet(fragment.selectionSet, expanding)
    const { typeCondition } = fragment
    const node: InlineFragmentNode = {
      kind: Kind.INLINE_FRAGMENT,
      ...(typeCondition && { typeCondition }),
      selectionSet,
    }
    if (number !== undefined && expanding.came.has(number)) {
      expanding.deferred.set(node, valueOf(one.directives, 'defer', 'label', expanding) as string | undefined)
    }
    return [node]
  })
  return { ...set, selections }
}

function definitionOf(name: string, { definitions }: DocumentNode): FragmentDefinitionNode {
  const found = definitions.find((one) => one.kind === Kind.FRAGMENT_DEFINITION && one.name.value === name)
  if (found?.kind !== Kind.FRAGMENT_DEFINITION) throw new Error(`no fragment ${name}`)
  return found
}

function valueOf(
  directives: readonly DirectiveNode[] | undefined,
  directive: string,
  argument: string,
  { coerced }: Expanding,
): unknown {
  const value = directives
    ?.find(({ name }) => name.value === directive)
    ?.arguments?.find(({ name }) => name.value === argument)?.value
  if (value?.kind === Kind.VARIABLE) return coerced[value.name.value]
  return value?.kind === Kind.BOOLEAN || value?.kind === Kind.STRING ? value.value : undefined
}
