import { GraphQLError, GraphQLScalarType, valueFromASTUntyped } from 'graphql'

function toDateTime(value: unknown): string {
  const date = value instanceof Date ? value : new Date(value as string | number)
  if (Number.isNaN(date.getTime())) throw new GraphQLError(`DateTime cannot be ${String(value)}.`)
  return date.toISOString()
}

function fromDateTime(value: unknown): Date {
  const date = typeof value === 'string' ? new Date(value) : undefined
  if (date === undefined || Number.isNaN(date.getTime())) {
    throw new GraphQLError('DateTime is an RFC 3339 text such as 2026-01-31T12:00:00.000Z.')
  }
  return date
}

function safeInt(value: unknown): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) {
    throw new GraphQLError('SafeInt is a whole number between −(2^53 − 1) and 2^53 − 1.')
  }
  return value
}

/** The scalars that subgraphs share. DateTime takes Date, milliseconds or text out, and gives a Date in. */
export const SCALARS: Readonly<Record<string, GraphQLScalarType>> = {
  JSON: new GraphQLScalarType({
    name: 'JSON',
    serialize: (value) => value,
    parseValue: (value) => value,
    parseLiteral: (node, variables) => valueFromASTUntyped(node, variables),
  }),
  DateTime: new GraphQLScalarType({
    name: 'DateTime',
    serialize: toDateTime,
    parseValue: fromDateTime,
    parseLiteral: (node) => fromDateTime(node.kind === 'StringValue' ? node.value : undefined),
  }),
  SafeInt: new GraphQLScalarType({
    name: 'SafeInt',
    serialize: safeInt,
    parseValue: safeInt,
    parseLiteral: (node) => safeInt(node.kind === 'IntValue' ? Number(node.value) : undefined),
  }),
}
