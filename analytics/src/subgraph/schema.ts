import { readFile } from 'node:fs/promises'
import { makeExecutableSchema } from '@graphql-tools/schema'
import { type GraphQLSchema, Kind, parse } from 'graphql'
import { resolvers } from './resolvers.js'

const SERVICE = `
  type _Service { sdl: String! }
  extend type Query { _service: _Service! }
`

/** The executable schema of the analytics subgraph: its SDL without the federation header, plus `_service`. */
export async function loadSchema(
  file: URL = new URL('../../schema.graphql', import.meta.url),
): Promise<GraphQLSchema> {
  const sdl = await readFile(file, 'utf8')
  const parsed = parse(sdl)
  const definitions = parsed.definitions.filter(({ kind }) => kind !== Kind.SCHEMA_EXTENSION)
  return makeExecutableSchema({
    typeDefs: [{ ...parsed, definitions }, SERVICE],
    resolvers: { ...resolvers, Query: { ...resolvers.Query, _service: () => ({ sdl }) } },
  })
}
