import {
  execute,
  type ExecutionResult,
  type FieldNode,
  type GraphQLObjectType,
  GraphQLSchema,
  type InlineFragmentNode,
  isAbstractType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  OperationTypeNode,
  responsePathAsArray,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql'
import type { Model } from '../model.js'
import { typeResolver, wholeResolver } from '../serve-model.js'
import type { Pointer, Store } from '../store.js'
import type { Expanded } from './expand.js'

type Keys = readonly (string | number)[]

/** What one portion of an answer is: the first, with no number, or what a deferred fragment adds at a place. */
export interface Item extends ExecutionResult {
  readonly path: Keys
  readonly label: string | undefined
}

export interface ReferenceOptions {
  readonly model: Model
  readonly whole: GraphQLSchema
  readonly store: Store
  readonly variables: Readonly<Record<string, unknown>>
}

/**
 * What an operation in parts must be answered with: every fragment computed apart, by graphql-js, over the one schema,
 * with the object that it stands in as the root. The first item is the first answer. Paths of errors begin at the item.
 */
export async function inParts({ operation, deferred }: Expanded, options: ReferenceOptions): Promise<Item[]> {
  const { whole } = options
  const root = whole.getRootType(operation.operation)
  if (!isObjectType(root)) throw new Error('no root')
  const reference = new Reference(operation, deferred, options)
  await reference.portion({
    set: operation.selectionSet,
    type: root,
    pointer: undefined,
    path: [],
    label: undefined,
  })
  return reference.items
}

interface Portion {
  readonly set: SelectionSetNode
  readonly type: GraphQLObjectType
  readonly pointer: unknown
  readonly path: Keys
  readonly label: string | undefined
}

class Reference {
  readonly items: Item[] = []
  readonly #operation: OperationDefinitionNode
  readonly #deferred: Expanded['deferred']
  readonly #options: ReferenceOptions

  constructor(operation: OperationDefinitionNode, deferred: Expanded['deferred'], options: ReferenceOptions) {
    this.#operation = operation
    this.#deferred = deferred
    this.#options = options
  }

  async portion({ set, type, pointer, path, label }: Portion): Promise<void> {
    const { model, whole, store, variables } = this.#options
    const isFirst = this.items.length === 0
    const resolving = wholeResolver(model, () => store)
    const given = new Map<string, unknown>()
    const answer = await execute({
      schema: isFirst ? whole : rootedAt(type, whole),
      document: {
        kind: Kind.DOCUMENT,
        definitions: [
          {
            ...this.#operation,
            operation: isFirst ? this.#operation.operation : OperationTypeNode.QUERY,
            selectionSet: this.#without(set),
          },
        ],
      },
      rootValue: pointer,
      variableValues: variables,
      typeResolver,
      fieldResolver(source, args, context, info) {
        const value: unknown = resolving(source, args, context, info)
        given.set(JSON.stringify(responsePathAsArray(info.path)), value)
        return value
      },
    })
    const { data, errors } = JSON.parse(JSON.stringify(answer)) as ExecutionResult
    this.items.push({ data: data ?? null, ...(errors && { errors }), path, label })
    if (data === null || data === undefined) return
    const later: Portion[] = []
    this.#find({ sets: [set], type, data, path: [], given, pointer, later })
    for (const one of later) await this.portion({ ...one, path: [...path, ...one.path] })
  }

  #without(set: SelectionSetNode): SelectionSetNode {
    const selections = set.selections.flatMap((one): readonly SelectionNode[] => {
      if (one.kind === Kind.INLINE_FRAGMENT) {
        return this.#deferred.has(one) ? [] : [{ ...one, selectionSet: this.#without(one.selectionSet) }]
      }
      if (one.kind !== Kind.FIELD || one.selectionSet === undefined) return [one]
      return [{ ...one, selectionSet: this.#without(one.selectionSet) }]
    })
    return { ...set, selections }
  }

  /** The deferred fragments of an object that is there, and of those below it. */
  #find({ sets, type, data, path, given, pointer, later }: Finding): void {
    const { whole } = this.#options
    const fields = new Map<string, FieldNode[]>()
    const collect = (set: SelectionSetNode): void => {
      for (const one of set.selections) {
        if (one.kind === Kind.FIELD) {
          const key = (one.alias ?? one.name).value
          fields.set(key, [...(fields.get(key) ?? []), one])
        } else if (one.kind === Kind.INLINE_FRAGMENT && applies(one, type, whole)) {
          if (!this.#deferred.has(one)) collect(one.selectionSet)
          else later.push({ set: one.selectionSet, type, pointer, path, label: this.#deferred.get(one) })
        }
      }
    }
    sets.forEach(collect)
    for (const [key, nodes] of fields) {
      const below = nodes.flatMap(({ selectionSet }) => selectionSet ?? [])
      const at = [...path, key]
      if (below.length === 0) continue
      const follow = (shown: unknown, value: unknown, here: Keys): void => {
        if (Array.isArray(shown)) {
          const values = value as readonly unknown[]
          for (const [index, item] of shown.entries()) follow(item, values[index], [...here, index])
        } else if (typeof shown === 'object' && shown !== null) {
          const name = (value as Partial<Pointer>).__typename ?? 'Part'
          const inner = whole.getType(name)
          if (!isObjectType(inner)) throw new Error(`no type ${name}`)
          const found = { sets: below, type: inner, pointer: value, path: here, given, later }
          this.#find({ ...found, data: shown as Record<string, unknown> })
        }
      }
      follow(data[key], given.get(JSON.stringify(at)), at)
    }
  }
}

interface Finding {
  readonly sets: readonly SelectionSetNode[]
  readonly type: GraphQLObjectType
  readonly data: Readonly<Record<string, unknown>>
  readonly path: Keys
  readonly given: ReadonlyMap<string, unknown>
  readonly pointer: unknown
  readonly later: Portion[]
}

function applies(
  { typeCondition }: InlineFragmentNode,
  type: GraphQLObjectType,
  schema: GraphQLSchema,
): boolean {
  const name = typeCondition?.name.value
  if (name === undefined || name === type.name) return true
  const on = schema.getType(name)
  return isAbstractType(on) && schema.isSubType(on, type)
}

const ROOTED = new WeakMap<GraphQLSchema, Map<string, GraphQLSchema>>()

/** The schema with another type as the root of its queries. */
function rootedAt(type: GraphQLObjectType, schema: GraphQLSchema): GraphQLSchema {
  const known = ROOTED.get(schema) ?? new Map<string, GraphQLSchema>()
  ROOTED.set(schema, known)
  const found =
    known.get(type.name) ?? new GraphQLSchema({ ...schema.toConfig(), query: type, assumeValid: true })
  known.set(type.name, found)
  return found
}
