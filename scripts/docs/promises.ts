import { posix } from 'node:path'
import { codesOf, linksOf, rowsOf } from './markdown.js'
import type { Repository } from './repository.js'

export const PROMISES = 'docs/promises.md'

const PROOF = /\.(test|e2e|memtest|spec|contract)\.tsx?$/

export interface Promised {
  readonly id: string
  readonly promise: string
  /** Paths from the root. */
  readonly proofs: readonly string[]
}

/** The files whose test titles carry each promise id, both sorted. */
export function proofsOf(repository: Repository): Map<string, string[]> {
  const proofs = new Map<string, Set<string>>()
  for (const path of repository.files) {
    if (!PROOF.test(path) || path.startsWith('scripts/')) continue
    const titles = [...repository.read(path).matchAll(/['"`]((?:\[P-\d{3}\] ?)+)/g)]
    const ids = titles.flatMap(([, prefix = '']) => [...prefix.matchAll(/P-\d{3}/g)].map(([id]) => id))
    for (const id of ids) proofs.set(id, (proofs.get(id) ?? new Set()).add(path))
  }
  const sorted = [...proofs].sort(([a], [b]) => (a < b ? -1 : 1))
  return new Map(sorted.map(([id, paths]) => [id, [...paths].sort()]))
}

/** The rows of docs/promises.md as they are written. */
export function listedPromises(repository: Repository): Promised[] {
  return rowsOf(repository.read(PROMISES)).map(([id = '', promise = '', proof = '']) => ({
    id,
    promise,
    proofs: [...codesOf(proof), ...linksOf(proof).map((link) => posix.join('docs', link))],
  }))
}

/**
 * docs/promises.md with its proof column as the titles of tests have it, sorted by id. What a promise says stays as it
 * was written; a new id gets an empty promise, and one without a proof keeps its row: check-docs refuses both.
 */
export function renderPromises(repository: Repository): string {
  const proofs = proofsOf(repository)
  const text = repository.has(PROMISES)
    ? repository.read(PROMISES)
    : '# Promises\n\n| id | promise | proof |\n| --- | --- | --- |\n'
  const listed = new Map(rowsOf(text).map(([id = '', promise = '']) => [id, promise]))
  const rows = [...new Set([...listed.keys(), ...proofs.keys()])].sort().map((id) => {
    const cells = (proofs.get(id) ?? []).map((path) => `[${path}](../${path})`)
    return `| ${id} | ${listed.get(id) ?? ''} | ${cells.join(', ')} |`
  })
  const head = text.slice(0, text.indexOf('| --- |'))
  return `${head}| --- | --- | --- |\n${rows.join('\n')}\n`
}
