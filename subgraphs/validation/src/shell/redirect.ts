import { expandOne } from './expand.js'
import { DECLARATIONS } from './project-work.js'
import type { PathFact } from './path.js'
import type { Redirect } from './script.js'
import { placeOfPath, substituteIn } from './walk.js'
import type { Walk } from './walk.js'
import { isKnown, literal, namesIn, TAINT, unknown, UNKNOWN } from './value.js'
import type { Stream, Value } from './value.js'
import { isSecretPath, mayMatchSecret } from './secret.js'

const READS = new Set(['<', '<>'])
const WRITES = new Set(['>', '>>', '>|', '&>', '&>>', '<>'])

/** Notes what redirections write and read; returns what the command reads as its input. */
export function redirect(
  redirects: readonly Redirect[],
  walk: Walk,
  command: string,
  stdin: Stream | undefined,
): Stream | undefined {
  let input = stdin
  for (const one of redirects) {
    if (one.body !== undefined) {
      const body = expandOne(one.body, walk.state, substituteIn(walk))
      input = { text: isKnown(body) ? body.text : undefined, taint: body.taint }
      continue
    }
    if (one.target === undefined) continue
    const target = expandOne(one.target, walk.state, substituteIn(walk))
    if (isDescriptor(one.operator, target)) continue
    if (isSocket(target, command, walk)) continue
    if (one.operator === '>&' || WRITES.has(one.operator)) noteWrite(target, one.operator, walk)
    if (READS.has(one.operator)) input = readFile(target, walk)
  }
  return input
}

function isDescriptor(operator: string, target: Value): boolean {
  return (operator === '>&' || operator === '<&') && /^(\d*-?|\u0000)$/.test(target.text)
}

const PROBES = new Set(['', ':', 'true', 'echo', 'exec', 'group'])

/** bash's own sockets: `> /dev/tcp/host/port`. */
function isSocket(target: Value, command: string, walk: Walk): boolean {
  if (!/^\/dev\/(tcp|udp)(\/|$)/.test(target.text)) return false
  // Looking whether a service of this machine answers; a shell on the other end is something else.
  const probes = /^\/dev\/tcp\/(localhost|127\.0\.0\.1|::1)\/\d+$/.test(target.text) && PROBES.has(command)
  if (probes) walk.findings.note('network', 'probe', target.text, { host: 'localhost' })
  else walk.findings.note('network', 'raw-socket', target.text.replaceAll(UNKNOWN, '?'), { command })
  return true
}

function noteWrite(target: Value, operator: string, walk: Walk): void {
  const fact = placeOfPath(target, walk)
  // A process substitution: what is written goes to the command in it, which is walked on its own.
  if (target.text.startsWith('/dev/fd/63')) return
  walk.findings.path('write', fact, { append: operator.endsWith('>>') })
  walk.shared.written.add(fact.path)
  walk.shared.contents.delete(fact.path)
}

const NOISE = /^\/dev\/(zero|full|u?random)$/

/** Commands that print nothing but what they are told to: what else ends in nothing is not held against a redirect. */
const SAYS_WHAT_IT_IS_TOLD = new Set(['', 'echo', 'printf', 'cat', 'head', 'tail'])
const SILENT = new Set(['', ':', 'true', 'false'])

/** Does a file that takes this end up with nothing of what somebody wrote? */
export function isNothing(stream: Stream): boolean {
  return stream.text?.trim() === '' || (stream.taint & TAINT.noise) !== 0
}

/** A file that takes the output of a command which prints nothing, or noise, loses what was in it. */
export function noteEmptied(
  redirects: readonly Redirect[],
  command: string,
  printed: Stream,
  walk: Walk,
): void {
  if (printed.text !== undefined && printed.text.length > 8)
    for (const { operator, target } of redirects)
      if (target !== undefined && operator.includes('>'))
        notePlanted(printed.text, expandOne(target, walk.state, substituteIn(walk)), walk)
  for (const { operator, target } of redirects)
    if (target !== undefined && operator.includes('>'))
      noteListed(printed, expandOne(target, walk.state, substituteIn(walk)), walk, operator.endsWith('>>'))
  if (printed.text !== undefined && !walk.guarded) noteContents(printed.text, redirects, walk)
  const nothing =
    SILENT.has(command) ||
    (printed.taint & TAINT.noise) !== 0 ||
    (SAYS_WHAT_IT_IS_TOLD.has(command) && isNothing(printed))
  if (!nothing) return
  for (const { operator, target } of redirects)
    if (target !== undefined && EMPTIES.has(operator))
      emptyFile(expandOne(target, walk.state, substituteIn(walk)), walk)
}
/** Keeps what a file was made of, so that running it is judged by what it says. */
function noteContents(text: string, redirects: readonly Redirect[], walk: Walk): void {
  for (const { operator, target } of redirects)
    if (target !== undefined && EMPTIES.has(operator))
      walk.shared.contents.set(
        placeOfPath(expandOne(target, walk.state, substituteIn(walk)), walk).path,
        text,
      )
}

/** Keeps where the names lie that a file holds, as long as that is known of all of them. */
export function noteListed({ below }: Stream, file: Value, walk: Walk, appends: boolean): void {
  const { listed } = walk.shared
  if (below === undefined && listed.size === 0) return
  const { path } = placeOfPath(file, walk)
  const before = listed.get(path)
  const all = [...(before ?? []), ...(below ?? [])]
  const isUnsaid = below === undefined || (appends && before === undefined) || all.length > MAX_LISTED
  if (isUnsaid) listed.delete(path)
  else listed.set(path, all)
}

/** Text that fetches something and runs it, wherever it is put. */
export const PLANTED =
  /\b(curl|wget)\b[^|\n]{0,400}\|\s*(sudo\s+)?(ba|z|da|k)?sh\b|\$\(\s*(curl|wget)\b|`\s*(curl|wget)\b/
/** Notes a text that will fetch and run something, put where a tool of the project runs it without being asked. */
export function notePlanted(text: string | undefined, target: Value, walk: Walk): void {
  if (text === undefined || !DECLARATIONS.test(target.text) || !PLANTED.test(text)) return
  walk.findings.note('persistence', 'planted', placeOfPath(target, walk).path)
}

/** `git show HEAD~5:a > a` is `git checkout HEAD~5 -- a`: what was changed since is nowhere else. */
export function noteTakenBack(redirects: readonly Redirect[], args: readonly Value[], walk: Walk): void {
  const shown = args.flatMap(({ text }) => /^[^:\s]+:(?:\.\/)?(.+)$/.exec(text)?.[1] ?? [])
  for (const { operator, target } of shown.length === 0 ? [] : redirects) {
    if (target === undefined || !EMPTIES.has(operator)) continue
    const { path } = placeOfPath(expandOne(target, walk.state, substituteIn(walk)), walk)
    if (shown.some((one) => placeOfPath(literal(one), walk).path === path))
      walk.findings.note('git', 'discard', `git show > ${path}`)
  }
}

const EMPTIES = new Set(['>', '>|', '&>'])

/** Whatever was in a file is gone: the policy knows which files are somebody's work. */
export function emptyFile(target: Value, walk: Walk): void {
  if (target.text.startsWith('/dev/fd/63')) return
  const fact = placeOfPath(target, walk)
  walk.findings.path('write', fact, { append: false, empties: true })
  walk.shared.written.add(fact.path)
  walk.shared.contents.delete(fact.path)
}

/** Could a path that is not known in full be a credential's? A part that is not known stands for any letters. */
function mayBeSecret({ text, glob }: Value, { dynamic, segments }: PathFact): boolean {
  if (glob && mayMatchSecret(segments)) return true
  if (!dynamic) return false
  const told = text.split('/').filter((segment) => segment.replaceAll(UNKNOWN, '').length > 1)
  return mayMatchSecret(told.map((segment) => segment.replaceAll(UNKNOWN, '*')))
}

/** Reads a file for a command: the finding, and the taint that its contents carry. */
export function readFile(target: Value, walk: Walk): Stream {
  if (target.text.startsWith('/dev/fd/63')) return { text: undefined, taint: target.taint }
  const fact = placeOfPath(target, walk)
  const hidden = (target.taint & (TAINT.decoded | TAINT.network)) !== 0
  walk.findings.path('read', fact, {
    hidden: hidden || mayBeSecret(target, fact),
    fromEnvironment: (target.taint & TAINT.environment) !== 0,
  })
  const downloaded = walk.shared.downloaded.has(fact.path) ? TAINT.network : 0
  const secret = isSecretPath(fact.path) ? TAINT.secret : 0
  if (fact.path === '/dev/null') return { text: '', taint: 0 }
  if (NOISE.test(fact.path)) return { text: undefined, taint: TAINT.noise }
  // What it says is said by nobody of the project.
  const own = fact.zone.startsWith('project') && !walk.shared.written.has(fact.path)
  const taint =
    TAINT.file | downloaded | secret | (own ? 0 : TAINT.environment) | (target.taint & TAINT.network)
  return { text: undefined, taint, below: walk.shared.listed.get(fact.path) }
}

/** Names in somebody else's home are read like a file of it; those of other places only say what there is. */
export function lookInto(folder: Value, walk: Walk): void {
  const fact = placeOfPath(folder, walk)
  const whole = fact.zone === 'home-root' && fact.path !== walk.place.home && !isOfHome(fact.path, walk)
  if (fact.zone === 'other-home' || whole)
    walk.findings.path('read', fact, { hidden: false, fromEnvironment: false })
}

/** `/home` itself says who there is; `~/*` is one's own. */
function isOfHome(path: string, { place }: Walk): boolean {
  return /^\/(home|Users)$/.test(path) || path.startsWith(`${place.home}/`)
}

/** Reads a file of names, and the files that it names. */
export function readList(file: Value, walk: Walk): number {
  const stream = readFile(file, walk)
  const text = walk.shared.contents.get(placeOfPath(file, walk).path)
  return readListed(text === undefined ? stream : { ...stream, text }, walk)
}

/** Most names of a list that are read one by one. */
const MAX_LISTED = 64

/** Reads the files whose names a stream holds: its words when it is known, else where the names that it has lie. */
export function readListed(stream: Stream | undefined, walk: Walk): number {
  if (stream === undefined) return 0
  const unsaid = (stream.taint & TAINT.environment) === 0 ? [] : [unknown(stream.taint)]
  const names =
    stream.text === undefined
      ? (namesIn(stream) ?? unsaid)
      : stream.text
          .split(/[\n\0]/)
          .filter((line) => line !== '')
          .slice(0, MAX_LISTED)
          .map(literal)
  let taint = 0
  for (const name of names) taint |= readFile(name, walk).taint
  return taint
}
