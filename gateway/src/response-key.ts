import type { FieldNode } from 'graphql'

/** The key of the answer that a field is asked for under: its alias, or its name. */
export function responseKey({ alias, name }: Pick<FieldNode, 'alias' | 'name'>): string {
  return (alias ?? name).value
}
