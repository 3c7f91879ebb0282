import { readFileSync } from 'node:fs'
import { composeServices, transformSupergraphToPublicSchema } from '@theguild/federation-composition'
import {
  buildASTSchema,
  type DocumentNode,
  getOperationAST,
  getVariableValues,
  parse,
  validate,
} from 'graphql'
import { describe, it } from 'vitest'
import { SUBSCRIPTION } from '../src/dashboards.js'
import { demoShots } from '../src/demo-shots.js'
import { seededRandom } from '../src/random.js'

const read = (path: string) =>
  parse(readFileSync(new URL(`../../${path}/schema.graphql`, import.meta.url), 'utf8'))

/** The graph's public schema, from the schemas of its subgraphs. */
function publicSchema() {
  const paths = [
    'analytics',
    'subgraphs/events',
    'subgraphs/experts',
    'subgraphs/policy',
    'subgraphs/validation',
  ]
  const { supergraphSdl, errors } = composeServices(
    paths.map((path) => ({ name: path.replace('subgraphs/', ''), url: '', typeDefs: read(path) })),
  )
  if (supergraphSdl === undefined) throw new Error(JSON.stringify(errors))
  return buildASTSchema(transformSupergraphToPublicSchema(parse(supergraphSdl)), { assumeValidSDL: true })
}

describe('what agents, dashboards and the demo send', () => {
  it('fits the graph: every document is valid, and so are its variables', { timeout: 30_000 }, ({
    expect,
  }) => {
    const schema = publicSchema()
    const draw = demoShots(seededRandom(1))
    const names = new Set<string>()
    const documents = new Map<string, DocumentNode>()
    for (let i = 0; i < 2_000; i++) {
      const { body, operation } = draw('session')
      names.add(operation)
      const { query, operationName, variables } = JSON.parse(body) as {
        query: string
        operationName: string
        variables: Record<string, unknown>
      }
      const document = documents.get(query) ?? parse(query)
      if (!documents.has(query)) expect([operation, validate(schema, document)]).toEqual([operation, []])
      documents.set(query, document)
      const definition = getOperationAST(document, operationName)
      const { errors } = getVariableValues(schema, definition?.variableDefinitions ?? [], variables)
      expect([operation, errors]).toEqual([operation, undefined])
    }
    expect(names.size).toBe(11)
    expect(validate(schema, parse(SUBSCRIPTION))).toEqual([])
  })
})
