import { posix } from 'node:path'
import { codesOf, linksOf, rowsOf, sectionOf } from './markdown.js'
import type { Page } from './page.js'
import { listedPromises, type Promised, PROMISES, proofsOf } from './promises.js'
import type { Repository } from './repository.js'

/** A check answers what is wrong, one sentence each; nothing when all is well. */
type Check = (repository: Repository) => string[]

const REQUIRED = [
  'README.md',
  'ARCHITECTURE.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'LICENSE',
  'SECURITY.md',
  'docs/promises.md',
  'docs/reference/config.md',
]

const MAX_README_LINES = 150
const MAX_GLOSSARY_WORDS = 25

export const requiredFiles: Check = (repository) =>
  REQUIRED.filter((path) => !repository.has(path)).map((path) => `${path} is missing.`)

/** The front page stays short, and every package says what it owns. */
export const readmes: Check = (repository) => {
  const problems: string[] = []
  if (repository.has('README.md')) {
    const lines = repository.read('README.md').trimEnd().split('\n').length
    if (lines > MAX_README_LINES) problems.push(`README.md has ${lines} lines; at most ${MAX_README_LINES}.`)
  }
  for (const path of repository.files) {
    const folder = /^(?!scripts\/)(.+)\/package\.json$/.exec(path)?.[1]
    if (folder !== undefined && !repository.has(`${folder}/README.md`))
      problems.push(
        `${folder}/README.md is missing: what the package owns, its conductor, what it must never do.`,
      )
  }
  return problems
}

/** Every relative link of every markdown file leads to something. */
export const links: Check = (repository) => {
  const problems: string[] = []
  for (const path of repository.files) {
    if (!path.endsWith('.md') || path.startsWith('.changeset/')) continue
    for (const target of linksOf(repository.read(path))) {
      const file = posix.normalize(posix.join(posix.dirname(path), target))
      if (!repository.has(file)) problems.push(`${path} links to ${target}, which does not exist.`)
    }
  }
  return problems
}

/** Tables whose paths must exist: where tasks are done, and what each folder owns. */
const MAPS = [
  { document: 'CONTRIBUTING.md', title: 'Where things go' },
  { document: 'ARCHITECTURE.md', title: 'Code map' },
]

/** The maps for people name files that exist; of `a/<name>/b.ts` the part before `<` must. */
export const maps: Check = (repository) =>
  MAPS.filter(({ document }) => repository.has(document)).flatMap(({ document, title }) => {
    const rows = rowsOf(sectionOf(repository.read(document), title) ?? '')
    if (rows.length === 0) return [`${document} has no section "${title}" with a table.`]
    return rows
      .flatMap((row) => codesOf(row.join(' ')))
      .filter((code) => /^[\w.@-]+\/|\.md$/.test(code))
      .map((path) => (path.includes('<') ? path.slice(0, path.indexOf('<')).replace(/[^/]*$/, '') : path))
      .filter((path) => !repository.has(path))
      .map((path) => `${document} sends people to ${path}, which does not exist.`)
  })

/** Every `npm run <script>` that a document names is a script of the root, or of the workspace that `-w` names. */
export const commands: Check = (repository) => {
  const problems: string[] = []
  for (const path of repository.files) {
    if (!path.endsWith('.md') || path.startsWith('.changeset/')) continue
    for (const [, script = '', workspace] of repository
      .read(path)
      .matchAll(/npm run ([a-z][\w:-]*)(?: +-w +([\w@/-]+))?/g)) {
      const manifest = workspace === undefined ? 'package.json' : `${workspace}/package.json`
      if (workspace?.includes('<') || !repository.has(manifest)) continue
      const { scripts = {} } = JSON.parse(repository.read(manifest)) as { scripts?: Record<string, string> }
      if (scripts[script] === undefined)
        problems.push(`${path} says npm run ${script}, which ${manifest} lacks.`)
    }
  }
  return problems
}

/** A glossary entry is read in one glance. */
export const glossary: Check = (repository) => {
  if (!repository.has('ARCHITECTURE.md')) return []
  const section = sectionOf(repository.read('ARCHITECTURE.md'), 'Glossary')
  if (section === undefined) return ['ARCHITECTURE.md has no section "Glossary".']
  return rowsOf(section)
    .map(([term = '', meaning = '']) => ({ term, words: meaning.split(/\s+/).length }))
    .filter(({ words }) => words > MAX_GLOSSARY_WORDS)
    .map(
      ({ term, words }) =>
        `ARCHITECTURE.md explains ${term} in ${words} words; at most ${MAX_GLOSSARY_WORDS}.`,
    )
}

/** docs/promises.md and the titles of tests name the same promises, the same files prove them, and each says something. */
export const promises: Check = (repository) => {
  if (!repository.has(PROMISES)) return []
  const proofs = proofsOf(repository)
  const listed = listedPromises(repository)
  const ids = new Set(listed.map(({ id }) => id))
  return [
    ...[...proofs]
      .filter(([id]) => !ids.has(id))
      .map(([id, files]) => `${PROMISES} lacks ${id}, which ${files.join(', ')} proves.`),
    ...listed
      .filter(({ promise }) => promise === '')
      .map(({ id }) => `${PROMISES} does not say what ${id} promises.`),
    ...listed.flatMap((row) => compareProofs(row, proofs.get(row.id) ?? [])),
  ]
}

function compareProofs({ id, proofs }: Promised, found: readonly string[]): string[] {
  if (proofs.length === 0) return [`${PROMISES} ${id} names no proof.`]
  return [
    ...proofs
      .filter((file) => !found.includes(file))
      .map((file) => `${PROMISES} ${id} names ${file}, which has no title with [${id}].`),
    ...found
      .filter((file) => !proofs.includes(file))
      .map((file) => `${PROMISES} ${id} does not name ${file}.`),
  ]
}

/** The environment variables that a config.ts names. */
function variablesOf(text: string): string[] {
  return [...text.matchAll(/(?:\benv\.|['"`])([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)\b/g)].map(
    (match) => match[1] ?? '',
  )
}

/** docs/reference/config.md lists the variables that the config.ts files read, and no others. */
export const config: Check = (repository) => {
  const page = 'docs/reference/config.md'
  if (!repository.has(page)) return []
  const readBy = new Map<string, string>()
  for (const path of repository.files)
    if (/(^|\/)src\/(.+\/)?config\.ts$/.test(path))
      for (const name of variablesOf(repository.read(path))) readBy.set(name, path)
  // Keys of the configuration file are compared with its shape by gateway/test/config-file.test.ts.
  const listed = new Set(
    rowsOf(repository.read(page))
      .flatMap(([name = '']) => codesOf(name))
      .filter((name) => /^[A-Z][A-Z0-9_]*$/.test(name)),
  )
  return [
    ...[...readBy]
      .filter(([name]) => !listed.has(name))
      .map(([name, path]) => `${page} lacks ${name}, which ${path} reads.`),
    ...[...listed]
      .filter((name) => !readBy.has(name))
      .map((name) => `${page} lists ${name}, which no config.ts reads.`),
  ]
}

/** The generated pages are what `npm run docs` writes. */
export const generated =
  (pages: readonly Page[]): Check =>
  (repository) =>
    pages
      .filter(({ path, text }) => !repository.has(path) || repository.read(path) !== text)
      .map(({ path }) => `${path} is not what the code says. Run npm run docs.`)

export const CHECKS: readonly Check[] = [
  requiredFiles,
  readmes,
  links,
  maps,
  commands,
  glossary,
  promises,
  config,
]
