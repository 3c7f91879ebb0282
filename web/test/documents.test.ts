import { readFileSync } from 'node:fs'
import { type OperationDefinitionNode, parse, validate } from 'graphql'
import { describe, it } from 'vitest'
import { apiSchema } from '../scripts/api-schema.js'
import { resultTypes } from '../scripts/result-types.js'
import { TEXTS } from '../src/graph/documents.js'

const schema = apiSchema()

describe('the console’s documents', () => {
  it.for(Object.entries(TEXTS))(
    '%s fits the composed schema and bears its own name',
    ([name, text], { expect }) => {
      const document = parse(text)
      expect(validate(schema, document).map((error) => error.message)).toEqual([])
      expect(document.definitions).toHaveLength(1)
      expect((document.definitions[0] as OperationDefinitionNode).name?.value).toBe(name)
    },
  )

  it('have the result types that the schema gives them', ({ expect }) => {
    const kept = readFileSync(new URL('../src/graph/generated/results.ts', import.meta.url), 'utf8')
    expect(kept).toBe(resultTypes(schema, TEXTS))
  })
})
