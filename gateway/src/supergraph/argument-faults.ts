import type { RequiresSelection } from '@graphql-hive/router-query-planner'
import { type DocumentNode, parse, print, visit } from 'graphql'
import { argument, fieldsIn, isComposite, selectionOf } from './sdl.js'
import { isSynonym } from './synonyms.js'

/** What is read of one fetch of a plan. */
interface Asking {
  readonly operation: string
  readonly requires: readonly (readonly RequiresSelection[])[]
}

/**
 * Tells whether a field that something requires was asked for with other arguments too: the planner (0.0.38) mixes up which
 * of them stands under its name. Synonyms cannot be. Undefined where nothing that is required has arguments.
 */
export function mixesArguments(
  supergraph: DocumentNode,
): ((fetches: readonly Asking[]) => boolean) | undefined {
  const required = requiredWithArguments(supergraph)
  if (required.size === 0) return undefined
  return (fetches) => {
    const read = new Set(fetches.flatMap((one) => one.requires.flatMap((list) => readOf(list, required))))
    if (read.size === 0) return false
    const texts = new Map<string, string>()
    return fetches.some(({ operation }) => {
      let isMixed = false
      visit(parse(operation, { noLocation: true }), {
        Field({ name: { value: name }, arguments: given = [] }) {
          if (!read.has(name)) return
          const text = given.map((one) => print(one)).join()
          isMixed ||= (texts.get(name) ?? text) !== text
          texts.set(name, text)
        },
      })
      return isMixed
    })
  }
}

/** The names of fields that have arguments and that others require. */
function requiredWithArguments({ definitions }: DocumentNode): ReadonlySet<string> {
  const types = definitions.filter((one) => isComposite(one))
  const fields = types.flatMap((one) => one.fields ?? [])
  const having = new Set(
    fields.filter((one) => (one.arguments?.length ?? 0) > 0).map(({ name }) => name.value),
  )
  const names = new Set<string>()
  const add = (set: ReturnType<typeof selectionOf>) => {
    for (const { name, selectionSet } of fieldsIn(set)) {
      if (having.has(name.value)) names.add(name.value)
      if (selectionSet !== undefined) add(selectionSet)
    }
  }
  for (const field of fields) {
    for (const join of field.directives ?? []) {
      const requires = argument(join, 'requires')
      if (requires !== undefined) add(selectionOf(requires))
    }
  }
  return names
}

/** The fields that are read by another name than a synonym. */
function readOf(selections: readonly RequiresSelection[], required: ReadonlySet<string>): string[] {
  return selections.flatMap((one) => {
    if (one.kind === 'FragmentSpread') return []
    const inner = readOf(one.selections ?? [], required)
    if (one.kind !== 'Field' || isSynonym(one.name)) return inner
    const field = one.alias ?? one.name
    return required.has(field) ? [field, ...inner] : inner
  })
}
