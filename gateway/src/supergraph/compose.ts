import { composeServices } from '@theguild/federation-composition'
import { type DocumentNode, GraphQLError, parse } from 'graphql'

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
  for (const { name, sdl, url } of subgraphs) {
    try {
      services.push({ name, url: url ?? '', typeDefs: parse(sdl, { noLocation: true }) })
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
  return result.supergraphSdl
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
