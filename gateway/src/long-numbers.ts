import {
  type DocumentNode,
  getNamedType,
  GraphQLError,
  GraphQLFloat,
  GraphQLID,
  type GraphQLSchema,
  type IntValueNode,
  Kind,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql'

/** Digits, or an exponent, that may be too much for the planner: its integers have 64 bits, its floats are doubles. */
const MAY_BE_LONG = /\d{19}|[eE][+]?\d{3}/
const LEAST = -(2n ** 63n)
const MOST = 2n ** 63n - 1n

/**
 * A valid document whose numbers the planner can read: an integer of more than 64 bits is a float where the schema says Float,
 * and a string where it says ID, as graphql-js reads it there. Errors instead for one in a scalar that is not known here, since
 * it would be rounded, and for a float that is none of a double. The document itself where nothing is too long.
 */
export function withPlainNumbers(
  schema: GraphQLSchema,
  document: DocumentNode,
  text: string,
): DocumentNode | readonly GraphQLError[] {
  if (!MAY_BE_LONG.test(text)) return document
  const errors: GraphQLError[] = []
  const types = new TypeInfo(schema)
  const refuse = (message: string, node: GraphQLError['nodes']) =>
    void errors.push(
      new GraphQLError(message, { nodes: node ?? null, extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }),
    )
  const plain = visit(
    document,
    visitWithTypeInfo(types, {
      IntValue(node) {
        if (isPlain(node)) return undefined
        const type = getNamedType(types.getInputType())
        if (type === GraphQLID) return { kind: Kind.STRING, value: node.value }
        if (type === GraphQLFloat) return { kind: Kind.FLOAT, value: `${node.value}.0` }
        refuse('An integer of more than 64 bits is no constant here; send it as a variable.', [node])
        return undefined
      },
      FloatValue(node) {
        if (!Number.isFinite(Number(node.value))) refuse(`Float cannot represent ${node.value}.`, [node])
      },
    }),
  )
  return errors.length > 0 ? errors : plain
}

function isPlain({ value }: IntValueNode): boolean {
  const whole = BigInt(value)
  return whole >= LEAST && whole <= MOST
}
