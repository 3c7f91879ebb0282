import { type DirectiveNode, Kind } from 'graphql'
import type { Variables } from '../fetch/payload.js'

/** What @skip and @include say of a selection (GraphQL specification, sections 3.13.1 and 3.13.2). */
export function isIncluded(directives: readonly DirectiveNode[] | undefined, variables: Variables): boolean {
  for (const directive of directives ?? []) {
    const name = directive.name.value
    if (name !== 'skip' && name !== 'include') continue
    const value = directive.arguments?.find((argument) => argument.name.value === 'if')?.value
    const holds =
      value?.kind === Kind.VARIABLE
        ? variables[value.name.value] === true
        : value?.kind === Kind.BOOLEAN && value.value
    if (holds === (name === 'skip')) return false
  }
  return true
}
