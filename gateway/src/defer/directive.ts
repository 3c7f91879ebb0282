import { type DirectiveDefinitionNode, type DirectiveNode, type DocumentNode, Kind, parse } from 'graphql'
import type { Variables } from '../fetch/payload.js'

export const DEFER = 'defer'

/** As clients find it in the schema that they are served. Subgraphs know nothing of it. */
export const DEFER_DEFINITION = definition(
  parse(
    `"Lets the fragment come after the rest of the answer, where the client takes an answer in parts."
    directive @defer(
      "Deferred unless this is false."
      if: Boolean! = true
      "Names what comes later: a name of its own in the document, and no variable."
      label: String
    ) on FRAGMENT_SPREAD | INLINE_FRAGMENT`,
    { noLocation: true },
  ),
)

function definition({ definitions: [first] }: DocumentNode): DirectiveDefinitionNode {
  if (first?.kind !== Kind.DIRECTIVE_DEFINITION) throw new Error('This is no definition of a directive.')
  return first
}

/** What @defer says of a fragment; undefined when it is not deferred. */
export function deferralOf(
  directives: readonly DirectiveNode[] | undefined,
  variables: Variables,
): { readonly label: string | undefined } | undefined {
  const found = directives?.find(({ name }) => name.value === DEFER)
  if (found === undefined) return undefined
  const condition = argument(found, 'if')
  const isOff =
    condition?.kind === Kind.VARIABLE
      ? variables[condition.name.value] === false
      : condition?.kind === Kind.BOOLEAN && !condition.value
  if (isOff) return undefined
  const label = argument(found, 'label')
  return { label: label?.kind === Kind.STRING ? label.value : undefined }
}

/** The value of one of the directive's arguments. */
export function argument(directive: DirectiveNode, name: string) {
  return directive.arguments?.find((one) => one.name.value === name)?.value
}
