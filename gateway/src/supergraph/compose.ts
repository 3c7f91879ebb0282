import { composeServices } from '@theguild/federation-composition'
import { type DocumentNode, GraphQLError, Kind, parse, print } from 'graphql'
import { correctJoins } from './correct-joins.js'
import { expandConditions } from './expand-conditions.js'
import { type SubgraphTypes, subgraphTypes } from './subgraph-types.js'

export interface SubgraphSdl {
  readonly name: string
  readonly sdl: string
  /** Where it answers over HTTP; written into the supergraph. Absent where only an in-process transport is used. */
  readonly url?: string | undefined
}

/** What composition found wrong, one line a fault, each naming the subgraph or the coordinate. */
export class CompositionError extends Error {
  readonly faults: readonly string[]

  constructor(faults: readonly string[]) {
    super(`The subgraphs do not compose:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`)
    this.name = 'CompositionError'
    this.faults = faults
  }
}

/**
 * Composes subgraphs (Federation 1 or 2) to a supergraph's SDL. Throws {@link CompositionError} that lists every fault:
 * text that is no GraphQL, names given twice, and whatever breaks a rule of composition.
 */
export function compose(subgraphs: readonly SubgraphSdl[]): string {
  const faults = duplicates(subgraphs.map((subgraph) => subgraph.name))
  const services: { name: string; url: string; typeDefs: DocumentNode }[] = []
  const types = new Map<string, SubgraphTypes>()
  for (const { name, sdl, url } of subgraphs) {
    try {
      const document = withSchema(parse(sdl, { noLocation: true }))
      const own = subgraphTypes(document)
      types.set(name, own)
      services.push({ name, url: url ?? '', typeDefs: expandConditions(document, own) })
    } catch (error) {
      const where = error instanceof GraphQLError ? error.locations?.[0] : undefined
      const at = where === undefined ? '' : ` at ${where.line}:${where.column}`
      faults.push(`${name}${at}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  if (faults.length > 0) throw new CompositionError(faults)
  const result = composeServices(services)
  if (result.supergraphSdl === undefined) {
    throw new CompositionError(result.errors.map((error) => error.message))
  }
  return print(correctJoins(result.supergraphDocumentNode, types))
}

/** The library (0.27.0) reads the names of root types from a schema definition, and not from an extension of it. */
function withSchema(document: DocumentNode): DocumentNode {
  if (document.definitions.some((one) => one.kind === Kind.SCHEMA_DEFINITION)) return document
  const definitions = document.definitions.map((one) => {
    if (one.kind !== Kind.SCHEMA_EXTENSION || one.operationTypes === undefined) return one
    if (one.operationTypes.length === 0) return one
    return { ...one, kind: Kind.SCHEMA_DEFINITION, operationTypes: one.operationTypes } as const
  })
  return { ...document, definitions }
}

function duplicates(names: readonly string[]): string[] {
  const seen = new Set<string>()
  const faults: string[] = []
  for (const name of names) {
    if (seen.has(name)) faults.push(`${name}: two subgraphs have this name`)
    seen.add(name)
  }
  return faults
}
