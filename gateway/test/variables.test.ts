import fc from 'fast-check'
import { buildSchema, getVariableValues, Kind, type OperationDefinitionNode, parse } from 'graphql'
import { describe, it } from 'vitest'
import { variablesOf } from '../src/variables.js'

const schema = buildSchema(
  'type Query { a(l: [Int], i: Input, e: E, f: Float, s: ID, b: Boolean): String } input Input { n: Int = 1 } enum E { A B }',
)
const TYPES = ['ID', 'String', 'Boolean', 'Int', 'Float', 'E', 'Input', '[Int]']

function operationWith(types: readonly string[]): OperationDefinitionNode {
  const declared = types.map((type, nth) => `$v${nth}: ${type}`).join(' ')
  const [definition] = parse(`query (${declared}) { a }`).definitions
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error('no operation')
  return definition
}

const value = fc.oneof(
  fc.constantFrom(null, undefined, '', 'A', '7', true, false, 0, -0, 1.5, 2 ** 31, -(2 ** 31), 2 ** 31 - 1),
  fc.constantFrom([], [1], {}, { n: 2 }, { m: 1 }),
  fc.string(),
  fc.double(),
  fc.integer(),
)
const variable = fc.record({
  type: fc.constantFrom(...TYPES.flatMap((type) => [type, `${type}!`])),
  isSent: fc.boolean(),
  value,
})

describe('variables', () => {
  it('are coerced as graphql-js does, and given as they were sent', ({ expect }) => {
    fc.assert(
      fc.property(fc.array(variable, { minLength: 1, maxLength: 3 }), (variables) => {
        const operation = operationWith(variables.map(({ type }) => type))
        const sent = Object.fromEntries(
          variables.flatMap((one, nth) => (one.isSent ? [[`v${nth}`, one.value]] : [])),
        )
        const ours = variablesOf(schema, operation, sent)
        const theirs = getVariableValues(schema, operation.variableDefinitions ?? [], sent)
        if ('given' in ours) {
          expect(ours.coerced).toEqual(theirs.coerced)
          for (const [name, given] of Object.entries(ours.given)) expect(given).toBe(sent[name])
        } else
          expect(ours.map(({ message }) => message)).toEqual(
            theirs.errors?.map(({ message }) => message.replace(/ Did you mean .*/, '')),
          )
      }),
      { numRuns: 1_000 },
    )
  })

  it('tell nobody what else the schema would take', ({ expect }) => {
    const operation = operationWith(['Input', 'E'])
    const wrong = variablesOf(schema, operation, { v0: { nn: 1 }, v1: 'AB' })
    if ('given' in wrong) throw new Error('These are no values of their types.')
    expect(wrong.map(({ message }) => message).join()).toMatch(/"nn" is not defined.*"AB" does not exist/)
    expect(wrong.map(({ message }) => message).join()).not.toContain('Did you mean')
  })
})
