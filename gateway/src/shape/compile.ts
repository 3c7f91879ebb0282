import {
  type GraphQLInterfaceType,
  type GraphQLLeafType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql'
import { type Fields, isFields } from '../fetch/merge.js'
import { quoted } from '../quote.js'
import { leafWriter } from './leaf.js'
import type { Selection, ShapeField } from './selection.js'
import { BUBBLE, constantOf, NULL, type Outcome, type Writing, WRITTEN } from './writing.js'

/** Writes a value as JSON text. `depth` is how much of the path leads to the value. */
export type Write = (value: unknown, writing: Writing, depth: number) => Outcome

type Composite = GraphQLObjectType | GraphQLInterfaceType

const CLOSE_OBJECT = 125
const OPEN_LIST = 91
const CLOSE_LIST = 93
const COMMA = 44

/** Compiles selections to writers. Writers of objects are made when the first object of their type is met. */
export class ShapeCompiler {
  readonly #schema: GraphQLSchema
  #slots = 0

  constructor(schema: GraphQLSchema) {
    this.#schema = schema
  }

  /** Writes the selected fields of objects of this type (GraphQL specification, section 6.4.4). */
  object(type: Composite, selection: Selection): Write {
    const fields = selection.fieldsOf(type)
    if (fields.length === 0) return (_, writing) => writing.json({})
    const keys = fields.map(({ key }) => key)
    const reads = fields.map(({ dataKey }) => dataKey)
    const prefixes = fields.map(({ key }, index) => constantOf(`${index === 0 ? '{' : ','}${quoted(key)}:`))
    const writers = fields.map((field) => this.#field(field, type))
    return (value, writing, depth) => {
      const source = value as Fields
      const { sink, path } = writing
      for (let i = 0; i < keys.length; i++) {
        const key = keys[i] as string
        path[depth] = key
        sink.constant(prefixes[i] as Uint8Array)
        if ((writers[i] as Write)(source[reads[i] as string], writing, depth + 1) === BUBBLE) return BUBBLE
      }
      sink.byte(CLOSE_OBJECT)
      return WRITTEN
    }
  }

  #field(field: ShapeField, parent: Composite): Write {
    const { name, key } = field
    if (name === '__typename') {
      const text = constantOf(quoted(parent.name))
      return (_, { sink }) => {
        sink.constant(text)
        return WRITTEN
      }
    }
    if (name === '__schema' || name === '__type') {
      return (_, writing) => writing.json(writing.introspection?.[key])
    }
    const write = this.#position(field.type, field, parent)
    if (!(field.dataKey in Object.prototype)) return write
    // What an object inherits is not what a subgraph gave.
    return (value, writing, depth) =>
      write(typeof value === 'function' || value === Object.prototype ? undefined : value, writing, depth)
  }

  #position(type: GraphQLOutputType, field: ShapeField, parent: Composite): Write {
    if (!isNonNullType(type)) return this.#nullable(type, field, parent)
    const write = this.#nullable(type.ofType as GraphQLOutputType, field, parent)
    const message = `Cannot return null for non-nullable field ${parent.name}.${field.name}.`
    return (value, writing, depth) => {
      const outcome = write(value, writing, depth)
      return outcome === NULL ? writing.missing(message, field, depth, value !== undefined) : outcome
    }
  }

  #nullable(type: GraphQLOutputType, field: ShapeField, parent: Composite): Write {
    if (isListType(type)) return this.#shared(this.#list(type.ofType, field, parent))
    if (isLeafType(type)) return leaf(type, field)
    return this.#shared(this.#composite(type as Composite, field))
  }

  #list(itemType: GraphQLOutputType, field: ShapeField, parent: Composite): Write {
    const item = this.#position(itemType, field, parent)
    const message = `Expected a list for field ${parent.name}.${field.name}.`
    return (value, writing, depth) => {
      if (value === null || value === undefined) return writing.nothing()
      if (!Array.isArray(value)) return writing.invalid(message, field, depth)
      const { sink, path } = writing
      const start = sink.at
      sink.byte(OPEN_LIST)
      for (let i = 0; i < value.length; i++) {
        if (i > 0) sink.byte(COMMA)
        path[depth] = i
        if (item(value[i], writing, depth + 1) === BUBBLE) return writing.nothingSince(start)
      }
      sink.byte(CLOSE_LIST)
      return WRITTEN
    }
  }

  #composite(type: Composite, field: ShapeField): Write {
    const { below } = field
    const message = `Expected an object of type "${type.name}".`
    if (below === undefined) return (_, writing, depth) => writing.invalid(message, field, depth)
    const typed = this.#typed(type, below)
    return (value, writing, depth) => {
      if (value === null || value === undefined) return writing.nothing()
      if (!isFields(value)) return writing.invalid(message, field, depth)
      const write = typed(value)
      if (write === undefined) {
        // What it is may be a type that the client must not know of.
        return writing.untyped(`No object type is known here for abstract type "${type.name}".`, field, depth)
      }
      const start = writing.sink.at
      const outcome = write(value, writing, depth)
      return outcome === BUBBLE ? writing.nothingSince(start) : outcome
    }
  }

  /** The writer for an object in a position of `declared` type; undefined when the client may not see it there. */
  #typed(declared: Composite, below: Selection): (value: Fields) => Write | undefined {
    let first: Write | undefined
    if (isObjectType(declared)) return () => (first ??= this.object(declared, below))
    // Bounded by the types that the schema has there.
    const writers = new Map<string, Write>()
    return (value) => {
      const typename = value['__typename']
      const known = typeof typename === 'string' ? writers.get(typename) : undefined
      if (known !== undefined) return known
      const type = this.#runtimeType(typename, declared, below)
      if (type === undefined) return undefined
      const write = this.object(type, below)
      if (typeof typename === 'string') writers.set(typename, write)
      return write
    }
  }

  #runtimeType(typename: unknown, declared: Composite, below: Selection): Composite | undefined {
    const type = typeof typename === 'string' ? this.#schema.getType(typename) : undefined
    if (isObjectType(type) && isAbstractType(declared) && this.#schema.isSubType(declared, type)) return type
    if (!isInterfaceType(declared) || (typename !== undefined && !isInterfaceType(type))) return undefined
    return this.#dependsOnType(declared, below) ? undefined : declared
  }

  /**
   * An @interfaceObject subgraph knows the interface only; that is enough unless the client asked for the type, or for
   * something of one type.
   */
  #dependsOnType(declared: GraphQLInterfaceType, below: Selection): boolean {
    const fields = below.fieldsOf(declared)
    if (fields.some((one) => one.name === '__typename')) return true
    // What is selected on the interface is selected on all of its types: only more can be wanted of one.
    return this.#schema
      .getPossibleTypes(declared)
      .some((type) => below.fieldsOf(type).length !== fields.length)
  }

  /** Objects and lists that stand in several places are written once. */
  #shared(write: Write): Write {
    const slot = this.#slots++
    return (value, writing, depth) => {
      if (
        writing.shared.size === 0 ||
        typeof value !== 'object' ||
        value === null ||
        !writing.shared.has(value)
      )
        return write(value, writing, depth)
      return writing.once(slot, value, () => write(value, writing, depth))
    }
  }
}

function leaf(type: GraphQLLeafType, field: ShapeField): Write {
  const write = leafWriter(type)
  return (value, writing, depth) => {
    if (value === null || value === undefined) return writing.nothing()
    try {
      return write(value, writing)
    } catch (error) {
      return writing.invalid(error instanceof Error ? error.message : String(error), field, depth)
    }
  }
}
