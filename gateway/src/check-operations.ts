import { type GraphQLSchema, Kind, parse, validate } from 'graphql'
import { RULES } from './defer/rules.js'
import type { Manifest } from './persisted/manifest.js'
import { loadSupergraph } from './supergraph/supergraph.js'

/**
 * What is wrong with documents, one sentence each: no GraphQL, not exactly one operation, or, where a supergraph is given,
 * not valid in it. Throws when the SDL is no supergraph.
 */
export function checkOperations(documents: Manifest, supergraphSdl: string | undefined): string[] {
  const schema = supergraphSdl === undefined ? undefined : loadSupergraph(supergraphSdl).apiSchema
  return [...documents].flatMap(([id, text]) => faultsOf(text, schema).map((fault) => `${id}: ${fault}`))
}

function faultsOf(text: string, schema: GraphQLSchema | undefined): string[] {
  try {
    const document = parse(text)
    const operations = document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION).length
    if (operations !== 1) return [`it has ${operations} operations, and must have one.`]
    return schema === undefined ? [] : validate(schema, document, RULES).map(({ message }) => message)
  } catch (error) {
    return [(error as Error).message]
  }
}
