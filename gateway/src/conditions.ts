import { type DocumentNode, visit } from 'graphql'

/** The variables that these directives of a document read, in order. */
export function conditionVariables(document: DocumentNode, directives: ReadonlySet<string>): string[] {
  const names = new Set<string>()
  visit(document, {
    Directive(directive) {
      if (!directives.has(directive.name.value)) return
      for (const argument of directive.arguments ?? []) {
        if (argument.value.kind === 'Variable') names.add(argument.value.name.value)
      }
    },
  })
  return [...names].sort()
}
