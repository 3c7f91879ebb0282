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
import { jsonOf, quoted } from '../quote.js'

/** JSON text of a value that the type has as it is; undefined for one that must be looked at more closely. */
type Plain = (value: unknown) => string | undefined

const text: Plain = (value) => (typeof value === 'string' ? quoted(value) : undefined)
const MAX_INT = 2_147_483_647

/** What subgraphs give nearly always, so that nothing has to be coerced. */
const PLAIN: Readonly<Record<string, Plain>> = {
  [GraphQLString.name]: text,
  [GraphQLID.name]: text,
  [GraphQLInt.name]: (value) =>
    typeof value === 'number' && Number.isInteger(value) && value <= MAX_INT && value >= -MAX_INT - 1
      ? `${value}`
      : undefined,
  [GraphQLFloat.name]: (value) =>
    typeof value === 'number' && Number.isFinite(value) ? `${value}` : undefined,
  [GraphQLBoolean.name]: (value) => {
    if (value === true) return 'true'
    return value === false ? 'false' : undefined
  },
}

/**
 * Writes values of a leaf type, null and undefined excepted. Custom scalars pass as they are; built-in ones and enums are
 * held to what the client was promised: what was written throws where a value is none of the type.
 */
export function leafText(type: GraphQLLeafType): (value: unknown) => string {
  if (isEnumType(type)) {
    const names = new Map(type.getValues().map(({ name, value }) => [value as unknown, quoted(name)]))
    return (value) => names.get(value) ?? coerced(type, value)
  }
  if (!isSpecifiedScalarType(type)) return (value) => jsonOf(value) ?? 'null'
  const plain = PLAIN[type.name] ?? (() => undefined)
  return (value) => plain(value) ?? coerced(type, value)
}

function coerced(type: GraphQLLeafType, value: unknown): string {
  return jsonOf(type.serialize(value) ?? null) ?? 'null'
}
