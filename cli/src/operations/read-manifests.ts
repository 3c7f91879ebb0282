import { type Manifest, parseManifest } from '@lighthouse/gateway/main'
import { CommandError } from '../command-error.js'
import { readText } from '../read-file.js'

/** The documents of all manifests. Throws when two say different documents for one id. */
export async function readManifests(files: readonly string[]): Promise<Manifest> {
  const all = new Map<string, string>()
  for (const file of files) {
    for (const [id, text] of manifestOf(await readText(file), file)) {
      if ((all.get(id) ?? text) !== text)
        throw new CommandError('BAD_USAGE', `Two manifests say different documents for ${id}.`)
      all.set(id, text)
    }
  }
  return all
}

function manifestOf(text: string, file: string): Manifest {
  try {
    return parseManifest(text, file)
  } catch (error) {
    throw new CommandError('BAD_USAGE', (error as Error).message)
  }
}
