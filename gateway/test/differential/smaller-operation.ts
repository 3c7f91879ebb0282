import {
  type ASTNode,
  BREAK,
  type DocumentNode,
  type FieldNode,
  type FragmentSpreadNode,
  Kind,
  parse,
  print,
  visit,
} from 'graphql'
import type { GeneratedOperation } from './generate-operation.js'

/** Every operation with one thing less: a selection and what is under it, an argument, a directive, an alias, a default. */
export function* smallerOperations(
  operation: GeneratedOperation,
  from: number,
): Generator<GeneratedOperation> {
  const { document, variables } = operation
  for (const spot of spotsOf(document).slice(from)) {
    const edited = tidied(edit(document, spot))
    // Nothing is left of it: tried as an operation that no schema allows, so that places in the line stay the same.
    if (edited === undefined) {
      yield { text: '{ __nothing }', document: parse('{ __nothing }'), variables: {} }
      continue
    }
    const kept = Object.entries(variables).filter(([name]) => edited.names.has(name))
    const text = print(edited.document)
    yield { text, document: parse(text, { noLocation: true }), variables: Object.fromEntries(kept) }
  }
}

/** One change: what stands at `at`, and what is put there (null: nothing). */
interface Spot {
  readonly at: ASTNode
  readonly to: ASTNode | null
}

function spotsOf(document: DocumentNode): Spot[] {
  const spots: Spot[] = []
  const dropped = (node: ASTNode) => {
    spots.push({ at: node, to: null })
  }
  visit(document, {
    Field(node) {
      dropped(node)
      if (node.alias !== undefined) spots.push({ at: node, to: withoutAlias(node) })
    },
    FragmentSpread(node) {
      dropped(node)
      spots.push({ at: node, to: spelledOut(document, node) })
    },
    InlineFragment: dropped,
    Argument: dropped,
    Directive: dropped,
    ObjectField: dropped,
    VariableDefinition(node) {
      if (node.defaultValue === undefined) return
      const { defaultValue: _, ...bare } = node
      spots.push({ at: node, to: bare })
    },
  })
  return spots
}

function withoutAlias(node: FieldNode): FieldNode {
  const { alias: _, ...bare } = node
  return bare
}

function spelledOut(document: DocumentNode, spread: FragmentSpreadNode): ASTNode | null {
  const fragment = document.definitions.find(
    (one) => one.kind === Kind.FRAGMENT_DEFINITION && one.name.value === spread.name.value,
  )
  if (fragment?.kind !== Kind.FRAGMENT_DEFINITION) return null
  const { typeCondition, selectionSet } = fragment
  return { kind: Kind.INLINE_FRAGMENT, typeCondition, selectionSet, directives: spread.directives ?? [] }
}

function edit(document: DocumentNode, { at, to }: Spot): DocumentNode {
  return visit(document, {
    enter(node) {
      if (node === at) return to
      return undefined
    },
  })
}

/** Without fragments, variables and selections that nothing uses any more; undefined where no operation is left. */
function tidied(
  document: DocumentNode,
): { readonly document: DocumentNode; readonly names: ReadonlySet<string> } | undefined {
  let isEmpty = false
  const filled = visit(document, {
    Field: { leave: (node) => (node.selectionSet?.selections.length === 0 ? null : undefined) },
    InlineFragment: { leave: (node) => (node.selectionSet.selections.length === 0 ? null : undefined) },
    OperationDefinition: {
      leave(node) {
        isEmpty ||= node.selectionSet.selections.length === 0
      },
    },
    FragmentDefinition: {
      leave(node) {
        isEmpty ||= node.selectionSet.selections.length === 0
      },
    },
  })
  if (isEmpty) return undefined
  const used = reached(filled)
  const definitions = filled.definitions.filter(
    (one) => one.kind !== Kind.FRAGMENT_DEFINITION || used.has(one.name.value),
  )
  const pruned: DocumentNode = { ...filled, definitions }
  const names = new Set<string>()
  visit(pruned, {
    VariableDefinition: () => false,
    Variable(node) {
      names.add(node.name.value)
    },
  })
  return {
    names,
    document: visit(pruned, {
      VariableDefinition: (node) => (names.has(node.variable.name.value) ? false : null),
    }),
  }
}

/** The fragments that the operation comes to. */
function reached(document: DocumentNode): ReadonlySet<string> {
  const found = new Set<string>()
  const walk = (node: ASTNode) => {
    visit(node, {
      FragmentSpread(spread) {
        const name = spread.name.value
        if (found.has(name)) return
        found.add(name)
        visit(document, {
          FragmentDefinition(fragment) {
            if (fragment.name.value !== name) return false
            walk(fragment.selectionSet)
            return BREAK
          },
        })
      },
    })
  }
  for (const definition of document.definitions)
    if (definition.kind === Kind.OPERATION_DEFINITION) walk(definition.selectionSet)
  return found
}
