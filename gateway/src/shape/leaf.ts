import {
  GraphQLBoolean,
  GraphQLFloat,
  GraphQLID,
  GraphQLInt,
  type GraphQLLeafType,
  GraphQLString,
  isEnumType,
  isSpecifiedScalarType,
} from 'graphql'
import { constantOf, type Outcome, WRITTEN, type Writing } from './writing.js'

/** Writes a value, null and undefined excepted. Throws where it is none of the type. */
export type WriteLeaf = (value: unknown, writing: Writing) => Outcome

/** Writes a value that the type has as it is; false, and nothing written, when it must be looked at more closely. */
type WritePlain = (value: unknown, writing: Writing) => boolean

const MAX_INT = 2_147_483_647
const TRUE = constantOf('true')
const FALSE = constantOf('false')

const text: WritePlain = (value, { sink }) => {
  if (typeof value !== 'string') return false
  sink.string(value)
  return true
}

/** What subgraphs give nearly always, so that nothing has to be coerced. */
const PLAIN: Readonly<Record<string, WritePlain>> = {
  [GraphQLString.name]: text,
  [GraphQLID.name]: text,
  [GraphQLInt.name](value, { sink }) {
    if (typeof value !== 'number' || !Number.isInteger(value)) return false
    if (value > MAX_INT || value < -MAX_INT - 1) return false
    sink.number(value)
    return true
  },
  [GraphQLFloat.name](value, { sink }) {
    if (typeof value !== 'number' || !Number.isFinite(value)) return false
    sink.number(value)
    return true
  },
  [GraphQLBoolean.name](value, { sink }) {
    if (typeof value !== 'boolean') return false
    sink.constant(value ? TRUE : FALSE)
    return true
  },
}

/** Custom scalars pass as they are; built-in ones and enums are held to what the client was promised. */
export function leafWriter(type: GraphQLLeafType): WriteLeaf {
  if (isEnumType(type)) {
    const names = new Map(
      type.getValues().map(({ name, value }) => [value as unknown, constantOf(`"${name}"`)]),
    )
    return (value, writing) => {
      const name = names.get(value)
      // It may be one that the client must not know of.
      if (name === undefined) throw new Error(`Enum "${type.name}" has no such value here.`)
      writing.sink.constant(name)
      return WRITTEN
    }
  }
  if (!isSpecifiedScalarType(type)) {
    return (value, writing) => (text(value, writing) ? WRITTEN : writing.json(value))
  }
  const plain = PLAIN[type.name] ?? (() => false)
  const isText = type.name === GraphQLID.name || type.name === GraphQLString.name
  return (value, writing) => {
    if (plain(value, writing)) return WRITTEN
    const given = typeof value !== 'bigint' ? value : isText ? `${value}` : Number(value)
    return writing.json(type.serialize(given))
  }
}
