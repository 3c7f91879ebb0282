import {
  type DirectiveNode,
  GraphQLError,
  Kind,
  OperationTypeNode,
  specifiedRules,
  type ValidationContext,
  type ValidationRule,
} from 'graphql'
import { argument, DEFER } from './directive.js'

/** Labels tell deferred fragments apart: each is a constant, and no two are the same. */
const labelsAreUnique: ValidationRule = (context) => {
  const known = new Map<string, DirectiveNode>()
  return onDefer((node) => {
    const label = argument(node, 'label')
    if (label === undefined || label.kind === Kind.NULL) return
    if (label.kind !== Kind.STRING) {
      context.reportError(
        new GraphQLError('Argument "@defer(label:)" must be a static string.', { nodes: node }),
      )
      return
    }
    const other = known.get(label.value)
    known.set(label.value, node)
    if (other === undefined) return
    const message = `The label "${label.value}" names two deferred fragments; each needs a name of its own.`
    context.reportError(new GraphQLError(message, { nodes: [other, node] }))
  })
}

/** Root fields of a mutation run in order and before anything is answered, so none can come later. */
const rootsAreNotDeferred: ValidationRule = (context) =>
  onDefer((node) => {
    const schema = context.getSchema()
    const parent = context.getParentType()
    for (const kind of [OperationTypeNode.MUTATION, OperationTypeNode.SUBSCRIPTION]) {
      if (!parent || parent !== schema.getRootType(kind)) continue
      const message = `Defer directive cannot be used on root ${kind} type "${parent.name}".`
      context.reportError(new GraphQLError(message, { nodes: node }))
    }
  })

/** Events of a subscription are whole; a fragment that queries share says so by `if`. */
const subscriptionsDeferNothing: ValidationRule = (context) => {
  const subscribed = subscribedFragments(context)
  return {
    Directive(node, _key, _parent, _path, ancestors) {
      if (node.name.value !== DEFER || mayBeOff(node)) return
      const within = ancestors[2]
      if (within === undefined || !('kind' in within)) return
      const isSubscribed =
        within.kind === Kind.FRAGMENT_DEFINITION
          ? subscribed.has(within.name.value)
          : within.kind === Kind.OPERATION_DEFINITION && within.operation === OperationTypeNode.SUBSCRIPTION
      if (!isSubscribed) return
      const message =
        'Defer directive not supported on subscription operations. Disable `@defer` by setting the `if` argument to `false`.'
      context.reportError(new GraphQLError(message, { nodes: node }))
    },
  }
}

/** What documents are held to: the rules of graphql-js 16, and those of 17 for @defer. */
export const RULES: readonly ValidationRule[] = [
  ...specifiedRules,
  labelsAreUnique,
  rootsAreNotDeferred,
  subscriptionsDeferNothing,
]

function onDefer(take: (node: DirectiveNode) => void) {
  return {
    Directive(node: DirectiveNode) {
      if (node.name.value === DEFER) take(node)
    },
  }
}

function subscribedFragments(context: ValidationContext): ReadonlySet<string> {
  const names = new Set<string>()
  for (const definition of context.getDocument().definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue
    if (definition.operation !== OperationTypeNode.SUBSCRIPTION) continue
    for (const fragment of context.getRecursivelyReferencedFragments(definition)) {
      names.add(fragment.name.value)
    }
  }
  return names
}

function mayBeOff(node: DirectiveNode): boolean {
  const condition = argument(node, 'if')
  return condition?.kind === Kind.VARIABLE || (condition?.kind === Kind.BOOLEAN && !condition.value)
}
