import {
  type DirectiveNode,
  type DocumentNode,
  type FragmentSpreadNode,
  type InlineFragmentNode,
  Kind,
  parse,
  print,
  type SelectionNode,
  type SelectionSetNode,
  type VariableDefinitionNode,
  visit,
} from 'graphql'
import type { GeneratedOperation } from '../generate-operation.js'
import type { Random } from '../random.js'

/** How often a fragment is deferred, and how often some selections of a set are put into a deferred one. */
const DEFERRED = 0.5
const WRAPPED = 0.3

/** The same operation with `@defer` scattered on its fragments, and on new ones around some of its selections. */
export function scatterDefers(operation: GeneratedOperation, random: Random): GeneratedOperation {
  const scatter = new Scatter(random)
  const text = print(scatter.document(operation.document))
  return { text, document: parse(text), variables: { ...operation.variables, ...scatter.values } }
}

class Scatter {
  readonly #random: Random
  readonly #declared: VariableDefinitionNode[] = []
  readonly values: Record<string, unknown> = {}
  #labels = 0

  constructor(random: Random) {
    this.#random = random
  }

  document(document: DocumentNode): DocumentNode {
    const isMutation = document.definitions.some(
      (one) => one.kind === Kind.OPERATION_DEFINITION && one.operation === 'mutation',
    )
    const isOfMutation = (on: string | undefined) => on === undefined || on === 'Mutation'
    const defer = (node: InlineFragmentNode | FragmentSpreadNode) =>
      this.#random.chance(DEFERRED)
        ? { ...node, directives: [...(node.directives ?? []), this.#directive()] }
        : undefined
    const scattered = visit(document, {
      InlineFragment: {
        leave: (node) =>
          isMutation && isOfMutation(node.typeCondition?.name.value) ? undefined : defer(node),
      },
      FragmentSpread: (node) => {
        const fragment = document.definitions.find(
          (one) => one.kind === Kind.FRAGMENT_DEFINITION && one.name.value === node.name.value,
        )
        const on = fragment?.kind === Kind.FRAGMENT_DEFINITION ? fragment.typeCondition.name.value : undefined
        return isMutation && isOfMutation(on) ? undefined : defer(node)
      },
      SelectionSet: {
        leave: (node, _key, parent) => {
          const around = parent as { readonly kind?: string } | undefined
          const isRoot = around?.kind === Kind.OPERATION_DEFINITION || around?.kind === Kind.INLINE_FRAGMENT
          return isMutation && isRoot ? undefined : this.#wrapped(node)
        },
      },
    })
    return {
      ...scattered,
      definitions: scattered.definitions.map((one) =>
        one.kind === Kind.OPERATION_DEFINITION
          ? { ...one, variableDefinitions: [...(one.variableDefinitions ?? []), ...this.#declared] }
          : one,
      ),
    }
  }

  /** Some selections of the set in a deferred fragment; sometimes one of them stays where it was, too. */
  #wrapped(set: SelectionSetNode): SelectionSetNode | undefined {
    const random = this.#random
    if (!random.chance(WRAPPED)) return undefined
    const taken = new Set(random.some(set.selections, 1))
    const kept = set.selections.filter((one) => !taken.has(one) || isBothSafe(one, random))
    const fragment: InlineFragmentNode = {
      kind: Kind.INLINE_FRAGMENT,
      directives: [this.#directive()],
      selectionSet: { kind: Kind.SELECTION_SET, selections: [...taken] },
    }
    const at = random.between(0, kept.length)
    return { ...set, selections: [...kept.slice(0, at), fragment, ...kept.slice(at)] }
  }

  #directive(): DirectiveNode {
    const random = this.#random
    const label = random.chance(0.7) ? `label: "L${this.#labels++}"` : ''
    const condition = random.chance(0.3) ? `if: ${this.#condition()}` : ''
    const given = `${condition} ${label}`.trim()
    const [operation] = parse(`{ ...F @defer${given === '' ? '' : `(${given})`} }`, {
      noLocation: true,
    }).definitions
    const [spread] = operation?.kind === Kind.OPERATION_DEFINITION ? operation.selectionSet.selections : []
    const [directive] = spread?.directives ?? []
    if (directive === undefined) throw new Error('no directive')
    return directive
  }

  #condition(): string {
    const random = this.#random
    if (random.chance(0.3)) return String(random.chance(0.7))
    const name = `d${this.#declared.length}`
    const [operation] = parse(`query ($${name}: Boolean!) { a }`, { noLocation: true }).definitions
    const declared = operation?.kind === Kind.OPERATION_DEFINITION ? operation.variableDefinitions : undefined
    this.#declared.push(...(declared ?? []))
    this.values[name] = random.chance(0.7)
    return `$${name}`
  }
}

/** A selection may stand twice where nothing in it is labelled: labels are unique. */
function isBothSafe(selection: SelectionNode, random: Random): boolean {
  return random.chance(0.25) && !print(selection).includes('label:')
}
