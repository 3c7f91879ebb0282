import * as z from 'zod'

/** Documents by the id under which clients ask for them. */
export type Manifest = ReadonlyMap<string, string>

/** A manifest that cannot be used, with every fault in it. */
export class ManifestError extends Error {
  constructor(name: string, faults: readonly string[]) {
    super(`${name} is no manifest of operations: ${faults.join('; ')}`)
    this.name = 'ManifestError'
  }
}

const MAX_ID_CHARACTERS = 256

const id = z.string().min(1).max(MAX_ID_CHARACTERS)

/** What `@apollo/generate-persisted-query-manifest` writes. */
const apolloManifest = z.object({
  format: z.literal('apollo-persisted-query-manifest'),
  version: z.literal(1),
  operations: z.array(z.object({ id, body: z.string().min(1) })),
})

/** What GraphQL Code Generator and Relay write. */
const plainManifest = z.record(id, z.string().min(1))

/**
 * Reads a manifest: Apollo's format (`{"format": "apollo-persisted-query-manifest", "version": 1, "operations": [{"id",
 * "body"}]}`) or a plain map of ids to documents. Throws a {@link ManifestError} with every fault.
 */
export function parseManifest(text: string, name: string): Manifest {
  let given: unknown
  try {
    given = JSON.parse(text)
  } catch {
    throw new ManifestError(name, ['it is not JSON'])
  }
  const isApollo = typeof given === 'object' && given !== null && 'format' in given
  const read = (isApollo ? apolloManifest : plainManifest).safeParse(given)
  if (!read.success) {
    throw new ManifestError(
      name,
      read.error.issues.map(
        ({ path, message }) => `${path.map(String).join('.') || 'the whole'}: ${message}`,
      ),
    )
  }
  const { data } = read
  if (!isOperations(data)) return new Map(Object.entries(data))
  const manifest = new Map<string, string>()
  for (const { id, body } of data.operations) {
    if ((manifest.get(id) ?? body) !== body)
      throw new ManifestError(name, [`two documents have the id ${id}`])
    manifest.set(id, body)
  }
  return manifest
}

function isOperations(data: object): data is z.infer<typeof apolloManifest> {
  return 'operations' in data && Array.isArray(data.operations)
}

/** The manifest as a plain map, ids in order: what `lighthouse operations publish` writes. */
export function printManifest(manifest: Manifest): string {
  const sorted = [...manifest].toSorted(([a], [b]) => (a < b ? -1 : 1))
  return `${JSON.stringify(Object.fromEntries(sorted), undefined, 2)}\n`
}
