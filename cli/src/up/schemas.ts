import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { SubgraphSdl } from '@lighthouse/gateway/main'

/** The subgraphs of the agent-operations graph. */
const SUBGRAPHS = ['events', 'validation', 'policy', 'experts', 'analytics'] as const

/** The five SDLs, from the packages that own them. */
export async function readSchemas(): Promise<SubgraphSdl[]> {
  const { resolve } = createRequire(import.meta.url)
  return await Promise.all(
    SUBGRAPHS.map(async (name) => {
      // Packages export sources by name only; the schema lies beside their folder.
      const folder = dirname(dirname(resolve(`@lighthouse/${name}/main`)))
      return { name, sdl: await readFile(join(folder, 'schema.graphql'), 'utf8') }
    }),
  )
}
