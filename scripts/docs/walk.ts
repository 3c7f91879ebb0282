import { posix } from 'node:path'
import { codesOf, rowsOf, sectionOf } from './markdown.js'
import type { Repository } from './repository.js'

interface Walk {
  readonly stops: readonly string[]
  readonly files: Readonly<Record<string, string>>
}

const MAX_LISTED = 3

/**
 * What is wrong with the walk: ARCHITECTURE.md's table "The walk" must list every stop in order with its file; the file
 * must exist, export a symbol of the stop's name, and be imported by source that is not a test.
 */
export function checkWalk(repository: Repository, { stops, files }: Walk): string[] {
  return [
    ...checkTable(repository, { stops, files }),
    ...stops.flatMap((stop) => checkStop(repository, stop, files[stop])),
  ]
}

function checkTable(repository: Repository, { stops, files }: Walk): string[] {
  if (!repository.has('ARCHITECTURE.md')) return ['ARCHITECTURE.md is missing.']
  const section = sectionOf(repository.read('ARCHITECTURE.md'), 'The walk')
  if (section === undefined) return ['ARCHITECTURE.md has no section "The walk".']
  const rows = rowsOf(section).map(([stop = '', file = '', what = '']) => ({
    stop: codesOf(stop)[0] ?? stop,
    file: codesOf(file)[0] ?? file,
    what,
  }))
  const told = rows.map((row) => row.stop).join(' → ')
  if (told !== stops.join(' → '))
    return [`ARCHITECTURE.md walks ${told || 'nowhere'}; contract/src/stops.ts walks ${stops.join(' → ')}.`]
  return rows.flatMap(({ stop, file, what }) => [
    ...(file === files[stop]
      ? []
      : [`ARCHITECTURE.md puts ${stop} in ${file}; STOP_FILES in ${files[stop]}.`]),
    ...(what === '' ? [`ARCHITECTURE.md does not say what happens at ${stop}.`] : []),
  ])
}

function checkStop(repository: Repository, stop: string, file: string | undefined): string[] {
  if (file === undefined) return [`STOP_FILES has no file for ${stop}.`]
  if (!repository.has(file)) return [`${stop}: ${file} does not exist.`]
  if (!exportsSymbol(repository.read(file), stop))
    return [`${stop}: ${file} exports nothing that is named ${stop}.`]
  return wiresOf(repository, file).length === 0 ? [`${stop}: nothing imports ${file}.`] : []
}

/** `record` is exported by `export function record`, `export const recordRow`, `export class Recorder`: a word of the name. */
function exportsSymbol(text: string, stop: string): boolean {
  const names = [...text.matchAll(/^export (?:async )?(?:function\*?|const|class) (\w+)/gm)].map(
    (match) => match[1] ?? '',
  )
  return names.some((name) => name.split(/(?=[A-Z])|_/).some((word) => word.toLowerCase().startsWith(stop)))
}

/** The source files that import a file, at most MAX_LISTED of them. */
export function wiresOf(repository: Repository, file: string): string[] {
  const stem = file.replace(/\.tsx?$/, '')
  const [folder = '', inside = ''] = stem.split('/src/')
  const bare = `@lighthouse/${folder.split('/').at(-1)}/${inside}`
  const wires: string[] = []
  for (const path of repository.files) {
    if (!/\/src\/.+\.tsx?$/.test(path) || path === file) continue
    const imports = [...repository.read(path).matchAll(/(?:from|import\(?)\s*['"]([^'"]+)['"]/g)]
    const isWire = imports.some(([, source = '']) => {
      if (source === bare) return true
      return (
        source.startsWith('.') && posix.join(posix.dirname(path), source.replace(/\.[jt]sx?$/, '')) === stem
      )
    })
    if (isWire) wires.push(path)
    if (wires.length === MAX_LISTED) break
  }
  return wires
}
