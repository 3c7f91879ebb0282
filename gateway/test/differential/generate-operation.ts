import {
  type DocumentNode,
  getNamedType,
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

export interface GeneratedOperation {
  readonly text: string
  readonly document: DocumentNode
  readonly variables: Record<string, unknown>
}

const MAX_DEPTH = 4
const TRIES = 20

/** A valid operation on the client's schema; selections, aliases, fragments, variables and directives at random. */
export function generateOperation(
  schema: GraphQLSchema,
  random: Random,
  mutation: boolean,
): GeneratedOperation {
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
  readonly #fragments: string[] = []
  readonly #variables: Record<string, unknown> = {}
  readonly #declared: string[] = []
  #aliases = 0

  constructor(schema: GraphQLSchema, random: Random) {
    this.#schema = schema
    this.#random = random
  }

  write(mutation: boolean): { text: string; variables: Record<string, unknown> } {
    const root = mutation ? this.#schema.getMutationType() : this.#schema.getQueryType()
    if (root === null || root === undefined) throw new Error('no root type')
    const selection = this.#selection(root, 0)
    const declared = this.#declared.length === 0 ? '' : `(${this.#declared.join(', ')})`
    const kind = mutation ? 'mutation' : 'query'
    const text = [`${kind} Op${declared} ${selection}`, ...this.#fragments].join('\n')
    return { text, variables: this.#variables }
  }

  #selection(type: GraphQLCompositeType, depth: number): string {
    const random = this.#random
    const parts: string[] = []
    const fields = isUnionType(type) ? [] : Object.values(type.getFields())
    for (const field of random.some(fields, 1).slice(0, depth === 0 ? 3 : 5)) {
      const part = this.#field(field, depth)
      if (part !== undefined) parts.push(part)
    }
    if (random.chance(0.25)) parts.push('__typename')
    for (const target of this.#conditions(type)) {
      const inner = this.#selection(target, depth + 1)
      if (random.chance(0.3)) {
        const name = `F${this.#fragments.length}`
        this.#fragments.push(`fragment ${name} on ${target.name} ${inner}`)
        parts.push(`...${name}${this.#directive()}`)
      } else parts.push(`... on ${target.name}${this.#directive()} ${inner}`)
    }
    return `{ ${parts.length === 0 ? '__typename' : parts.join(' ')} }`
  }

  #conditions(type: GraphQLCompositeType): GraphQLCompositeType[] {
    const random = this.#random
    if (isAbstractType(type)) {
      const possible: GraphQLCompositeType[] = [...this.#schema.getPossibleTypes(type)]
      if (isUnionType(type) && random.chance(0.3)) {
        const thing = this.#schema.getType('Thing')
        if (isInterfaceType(thing)) possible.push(thing)
      }
      return random.some(possible, isUnionType(type) ? 1 : 0)
    }
    return random.chance(0.12) ? [type, ...(isObjectType(type) ? random.some(type.getInterfaces()) : [])] : []
  }

  #field(field: GraphQLField<unknown, unknown>, depth: number): string | undefined {
    const random = this.#random
    const target = getNamedType(field.type)
    const deeper = isCompositeType(target)
    if (deeper && depth >= MAX_DEPTH) return undefined
    this.#aliases += 1
    const alias = random.chance(0.25) ? `x${this.#aliases}: ` : ''
    const argument = field.args.length > 0 && random.chance(0.6) ? this.#argument() : ''
    const head = `${alias}${field.name}${argument}${this.#directive()}`
    if (!deeper) return head
    const once = `${head} ${this.#selection(target, depth + 1)}`
    // The same response key twice: the selections must be merged.
    return alias === '' && argument === '' && random.chance(0.1)
      ? `${once} ${field.name} ${this.#selection(target, depth + 1)}`
      : once
  }

  #argument(): string {
    const random = this.#random
    if (random.chance(0.5)) return `(by: ${random.between(1, 3)})`
    const name = `n${this.#declared.length}`
    const hasDefault = random.chance(0.4)
    this.#declared.push(`$${name}: Int${hasDefault ? ' = 2' : ''}`)
    if (!hasDefault || random.chance(0.5)) this.#variables[name] = random.between(1, 3)
    return `(by: $${name})`
  }

  #directive(): string {
    const random = this.#random
    if (!random.chance(0.14)) return ''
    const word = random.pick(['skip', 'include'])
    if (random.chance(0.3)) return ` @${word}(if: ${random.chance(0.5)})`
    const name = `c${this.#declared.length}`
    const hasDefault = random.chance(0.3)
    this.#declared.push(`$${name}: Boolean${hasDefault ? ` = ${random.chance(0.5)}` : '!'}`)
    if (!hasDefault || random.chance(0.5)) this.#variables[name] = random.chance(0.5)
    return ` @${word}(if: $${name})`
  }
}
