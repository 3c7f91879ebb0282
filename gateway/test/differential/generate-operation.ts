import {
  type DocumentNode,
  getNamedType,
  type GraphQLAbstractType,
  type GraphQLArgument,
  type GraphQLObjectType,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  isUnionType,
  parse,
  validate,
} from 'graphql'
import type { Random } from './random.js'
import { Variables } from './generate-variables.js'

export interface GeneratedOperation {
  readonly text: string
  readonly document: DocumentNode
  readonly variables: Readonly<Record<string, unknown>>
}

const MAX_DEPTH = 4
const TRIES = 20

/**
 * A valid operation on the client's schema; selections, aliases, fragments, variables and directives at random. A
 * mutation when one is wanted and the schema has any.
 */
export function generateOperation(
  schema: GraphQLSchema,
  random: Random,
  wantsMutation: boolean,
): GeneratedOperation {
  const mutation = wantsMutation && Boolean(schema.getMutationType())
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const written = new Writer(schema, random).write(mutation)
    const document = parse(written.text)
    if (validate(schema, document).length === 0) return { ...written, document }
  }
  const text = mutation ? 'mutation { __typename }' : '{ __typename }'
  return { text, document: parse(text), variables: {} }
}

class Writer {
  readonly #schema: GraphQLSchema
  readonly #random: Random
  readonly #fragments: { readonly on: string; readonly name: string; readonly text: string }[] = []
  readonly #variables: Variables
  #names = 0
  /** Two places of the whole operation differ by numbers only: what is equal at first then is not. */
  readonly #isTwofold: boolean

  constructor(schema: GraphQLSchema, random: Random) {
    this.#schema = schema
    this.#random = random
    this.#variables = new Variables(random)
    this.#isTwofold = random.chance(0.25)
  }

  write(mutation: boolean): { text: string; variables: Readonly<Record<string, unknown>> } {
    const root = mutation ? this.#schema.getMutationType() : this.#schema.getQueryType()
    if (root === null || root === undefined) throw new Error('no root type')
    const selection = this.#isTwofold && !mutation ? this.#twofold(root) : this.#selection(root, 0)
    const kind = mutation ? 'mutation' : 'query'
    const fragments = this.#fragments.map((one) => one.text)
    const text = [`${kind} Op${this.#variables.declared} ${selection}`, ...fragments].join('\n')
    return { text, variables: this.#variables.values }
  }

  #twofold(root: GraphQLObjectType): string {
    const fields = Object.values(root.getFields()).filter(
      (one) => isCompositeType(getNamedType(one.type)) && one.name !== 'remote',
    )
    const field = this.#random.pick(fields)
    const inner = this.#selection(getNamedType(field.type) as GraphQLCompositeType, 1)
    return `{ y1: ${field.name} ${inner} y2: ${field.name} ${otherNumbers(inner)} }`
  }

  #selection(type: GraphQLCompositeType, depth: number): string {
    const random = this.#random
    const parts: string[] = []
    const fields = isUnionType(type) ? [] : Object.values(type.getFields())
    for (const field of this.#chosen(fields, depth)) {
      const part = this.#field(field, depth)
      if (part !== undefined) parts.push(part)
      // The same field again, with other arguments and other selections.
      if (field.name !== 'remote' && random.chance(field.args.length > 0 ? 0.25 : 0.04)) {
        const again = this.#field(field, depth, true)
        if (again !== undefined) parts.push(again)
      }
    }
    if (random.chance(0.25)) parts.push(random.chance(0.4) ? `t${depth}: __typename` : '__typename')
    if (isAbstractType(type) && random.chance(0.35)) parts.push(...this.#namesakes(type, depth))
    for (const target of this.#conditions(type).slice(0, 3)) parts.push(this.#fragment(target, depth))
    return `{ ${parts.length === 0 ? '__typename' : parts.join(' ')} }`
  }

  #chosen(
    fields: readonly GraphQLField<unknown, unknown>[],
    depth: number,
  ): GraphQLField<unknown, unknown>[] {
    const chosen = this.#random.some(fields, 1)
    if (!this.#isTwofold) return chosen.slice(0, depth === 0 ? 3 : 4)
    // What can differ, and what leads to it.
    const telling = fields.filter(
      (one) => one.args.length > 0 || ['split', 'link', 's0', 's1', 'same'].includes(one.name),
    )
    return [...new Set([...chosen.slice(0, 4), ...this.#random.some(telling)])]
  }

  #fragment(target: GraphQLCompositeType, depth: number): string {
    const random = this.#random
    const known = this.#fragments.filter((one) => one.on === target.name)
    if (known.length > 0 && random.chance(0.15)) return `...${random.pick(known).name}${this.#directive()}`
    const directive = this.#directive()
    const inner = this.#selection(target, depth + 1)
    if (!random.chance(0.3)) return `... on ${target.name}${directive} ${inner}`
    const name = `F${this.#names++}`
    this.#fragments.push({ on: target.name, name, text: `fragment ${name} on ${target.name} ${inner}` })
    return `...${name}${directive}`
  }

  /** One response key for fields of two types of object, which must agree in shape only. */
  #namesakes(type: GraphQLAbstractType, depth: number): string[] {
    const random = this.#random
    const [one, other] = random.some(this.#schema.getPossibleTypes(type), 2)
    if (one === undefined || other === undefined) return []
    const fields = Object.values(other.getFields())
    const pairs = Object.values(one.getFields()).flatMap((field) =>
      fields
        .filter((its) => String(its.type) === String(field.type) && !isExtra(its) && !isExtra(field))
        .map((its) => [field, its] as const),
    )
    const alike = pairs.filter(([field, its]) => field.name === its.name && field.name === 'same')
    const composite = pairs.filter(([field]) => isCompositeType(getNamedType(field.type)))
    const favoured = random.pick([alike, composite, pairs])
    if (pairs.length === 0) return []
    const [first, second] = random.pick(favoured.length > 0 ? favoured : pairs)
    const target = getNamedType(first.type)
    const isDeep = isCompositeType(target)
    if (isDeep && depth + 1 >= MAX_DEPTH) return []
    const inner = isDeep ? this.#selection(target, depth + 2) : ''
    const key = first.name === second.name && random.chance(0.5) ? first.name : this.#alias()
    const isBare = first.name === second.name && random.chance(0.6)
    const written = (field: GraphQLField<unknown, unknown>, below: string) => {
      const given = isBare ? '' : this.#given(field.args[0])
      return `${key === field.name ? '' : `${key}: `}${field.name}${given} ${below}`
    }
    return [
      `... on ${one.name} { ${written(first, inner)} }`,
      `... on ${other.name} { ${written(second, otherNumbers(inner))} }`,
    ]
  }

  #conditions(type: GraphQLCompositeType): GraphQLCompositeType[] {
    const random = this.#random
    if (isAbstractType(type)) {
      const possible: GraphQLCompositeType[] = [...this.#schema.getPossibleTypes(type)]
      for (const name of ['Thing', 'Leafy']) {
        const other = this.#schema.getType(name)
        const overlaps =
          isInterfaceType(other) &&
          other !== type &&
          this.#schema.getPossibleTypes(other).some((one) => possible.includes(one))
        if (overlaps && random.chance(0.3)) possible.push(other)
      }
      return random.some(possible, isUnionType(type) ? 1 : 0)
    }
    return random.chance(0.12) ? [type, ...(isObjectType(type) ? random.some(type.getInterfaces()) : [])] : []
  }

  #field(field: GraphQLField<unknown, unknown>, depth: number, again = false): string | undefined {
    const random = this.#random
    const target = getNamedType(field.type)
    const deeper = isCompositeType(target)
    if (deeper && depth >= MAX_DEPTH) return undefined
    const [argument] = field.args
    const given = this.#given(argument)
    // Few names, so that one often stands for different things in different places.
    const isAliased = again || random.chance(given === '' ? 0.15 : 0.7)
    const alias = isAliased ? `${this.#alias()}: ` : ''
    const head = `${alias}${field.name}${given}${this.#directive()}`
    if (!deeper) return head
    const once = `${head} ${this.#selection(target, depth + 1)}`
    if (isAliased && field.name !== 'remote' && random.chance(0.2)) return `${once} ${this.#twin(once)}`
    // The same response key twice: the selections must be merged.
    return alias === '' && given === '' && field.name !== 'remote' && random.chance(0.1)
      ? `${once} ${field.name} ${this.#selection(target, depth + 1)}`
      : once
  }

  /** The same under another name, with other arguments somewhere within: what is equal at first then differs. */
  #twin(once: string): string {
    return otherNumbers(once).replace(/^\w+:/, `y${this.#random.between(1, 3)}:`)
  }

  #given(argument: GraphQLArgument | undefined): string {
    const random = this.#random
    if (argument === undefined) return ''
    if (this.#isTwofold && argument.name === 'by' && random.chance(0.8))
      return `(by: ${random.between(1, 3)})`
    return random.chance(0.35) ? '' : this.#variables.argument(argument)
  }

  /** Sometimes a name that subgraphs need for something else: for a key, or for what another field requires. */
  #alias(): string {
    const random = this.#random
    return random.chance(0.06) ? random.pick(['need', 'id', 'code', 'num']) : `x${random.between(1, 5)}`
  }

  #directive(): string {
    const random = this.#random
    if (!random.chance(0.1)) return ''
    const one = this.#variables.condition(random.pick(['skip', 'include']))
    if (!random.chance(0.1)) return ` ${one}`
    return ` ${this.#variables.condition('skip')} ${this.#variables.condition('include')}`
  }
}

/** Fields of an @interfaceObject. */
const isExtra = (field: GraphQLField<unknown, unknown>) => field.name.startsWith('extra')

/** The same selections with other arguments somewhere within. */
function otherNumbers(text: string): string {
  return text.replaceAll(/\(by: (\d)\)/g, (_, by) => `(by: ${(Number(by) % 3) + 1})`)
}
