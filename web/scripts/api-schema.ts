import { readFileSync } from 'node:fs'
import { composeServices, transformSupergraphToPublicSchema } from '@theguild/federation-composition'
import { buildASTSchema, type GraphQLSchema, parse } from 'graphql'

const FOLDERS = {
  events: 'subgraphs/events',
  validation: 'subgraphs/validation',
  policy: 'subgraphs/policy',
  experts: 'subgraphs/experts',
  analytics: 'analytics',
} as const

/** The schema that the gateway shows to clients: the five subgraphs composed. Throws with every composition error. */
export function apiSchema(): GraphQLSchema {
  const services = Object.entries(FOLDERS).map(([name, folder]) => ({
    name,
    url: `http://${name}.invalid`,
    typeDefs: parse(readFileSync(new URL(`../../${folder}/schema.graphql`, import.meta.url), 'utf8')),
  }))
  const composed = composeServices(services)
  if (composed.supergraphSdl === undefined) {
    throw new Error(composed.errors?.map((error) => error.message).join('\n') ?? 'composition failed')
  }
  return buildASTSchema(transformSupergraphToPublicSchema(parse(composed.supergraphSdl)))
}
