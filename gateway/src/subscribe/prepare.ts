import { createHash } from 'node:crypto'
import { type DocumentNode, GraphQLError, type GraphQLSchema, parse, validate } from 'graphql'
import { LRUCache } from 'lru-cache'

/** Documents that are remembered as valid; the least recently used go first. */
const MAX_DOCUMENTS = 1_000
const MAX_CHARACTERS = 4 * 1_024 * 1_024

export interface Prepared {
  readonly document: DocumentNode
  readonly key: string
}

/** The document of a text, or what is wrong with it: one error or more. Never throws. */
export type Prepare = (query: string) => Prepared | readonly GraphQLError[]

/**
 * Parses and validates documents that come over sockets: Apollo's life-cycle knows no subscriptions.
 */
export function createPreparer(schema: GraphQLSchema): Prepare {
  const known = new LRUCache<string, Prepared>({
    max: MAX_DOCUMENTS,
    maxSize: MAX_CHARACTERS,
    sizeCalculation: (_, query) => Math.max(1, query.length),
  })
  return (query) => {
    const before = known.get(query)
    if (before !== undefined) return before
    let document: DocumentNode
    try {
      document = parse(query)
    } catch (error) {
      return [recoded(error as GraphQLError, 'GRAPHQL_PARSE_FAILED')]
    }
    const errors = validate(schema, document)
    if (errors.length > 0) return errors.map((error) => recoded(error, 'GRAPHQL_VALIDATION_FAILED'))
    const prepared = { document, key: createHash('sha256').update(query).digest('hex') }
    known.set(query, prepared)
    return prepared
  }
}

/** Suggestions tell strangers what the schema calls its fields. */
function recoded(error: GraphQLError, code: string): GraphQLError {
  return new GraphQLError(error.message.replace(/ ?Did you mean (.+?)\?$/, ''), {
    nodes: error.nodes ?? null,
    source: error.source ?? null,
    positions: error.positions ?? null,
    extensions: { code },
  })
}
