import { hostOf, isThisMachine } from '../binaries/host.js'
import { isSensitiveName } from '../project-work.js'
import { isSecretVariable } from '../secret.js'
import type { Language, Token } from './tokens.js'

/** Methods that write, send, run or find out where secrets lie, whatever it is that has them. */
const DOES = new Set(
  `to_csv to_parquet to_excel to_json to_html to_pickle to_sql to_feather to_hdf to_clipboard to_file to_disk to_stata to_orc
save savez savez_compressed savetxt savefig tofile imsave imwrite write_csv write_parquet write_json write_excel write_html
write_image write_to read_sql read_sql_query read_sql_table read_pickle read_html read_gbq read_clipboard load_dataset
from_pretrained upload put post patch request sendall sendto sendmail execute executemany executescript commit query run call
apply apply_async delay bind check_call check_output start terminate shutdown mkdir makedirs touch lchmod mkstemp mkdtemp
symlink_to hardlink_to link_to home expanduser expandvars environ environb getenv startfile chdir chroot nice setrlimit
basicConfig addHandler FileHandler load_module exec_module find_spec import_module reload invoke extract extractall unpack
unpack_archive make_archive defineProperty setPrototypeOf abort drop drop_all create_all delete_many delete_one update_many
update_one timeit repeat Timer runctx runcall runeval run_path run_module get_type_hints make_dataclass settrace setprofile
chmodSync chownSync fchmodSync lchmodSync lchownSync utimesSync cpSync opendirSync mkdtempSync writeSync insert_many insert_one bulk_write flushall flushdb destroy login authenticate posix_spawn posix_spawnp`
    .split(/\s+/)
    .filter((word) => word !== ''),
)
const FETCHES = /^(_|fetch|download|upload|send)/
/** What is called so holds credentials beside other things. */
const SETTINGS = /DATABASE|^(environ|settings_dict)$/i

/** Modules of which only the members that are listed one by one may be used. */
const CLOSED: Readonly<Partial<Record<Language, readonly string[]>>> = {
  python:
    'os sys io codecs tempfile logging builtins posixpath ntpath fileinput linecache operator getpass gzip bz2 lzma'.split(
      ' ',
    ),
  javascript: 'fs process os path global Object Reflect crypto util perf_hooks'.split(' '),
}

/**
 * True for a member that no list names and that only tells: of a value that the code computed, or of a module of the
 * project. None is what goes by a name that does something (see DOES) or is known to reach further.
 */
export function isOpenMember(tokens: readonly Token[], i: number, language: Language): boolean {
  const closed = closedNames(tokens, language)
  const name = tokens[i]?.text ?? ''
  // Modules hold those that they use themselves: `json.codecs`.
  if (closed === undefined || closed.has(name)) return false
  return onlyTells(name) && !closed.has(rootOf(tokens, i))
}

/** True for a word that may be taken from a module of the project, or of a library, by its name. */
export function isOpenName(name: string, module: string, language: Language): boolean {
  const closed = CLOSED[language]
  return closed?.includes(module) === false && !closed.includes(name) && onlyTells(name)
}

function onlyTells(name: string): boolean {
  const isSecretive = SETTINGS.test(name) || isSecretVariable(name)
  return !DOES.has(name) && !FETCHES.test(name) && !isSecretive && !isSensitiveName(name)
}

/** What stands at the beginning of `a.b.c`; '' for what a call or brackets give. */
function rootOf(tokens: readonly Token[], i: number): string {
  let at = i
  while (tokens[at - 1]?.text === '.') {
    const back = tokens[at - 2]?.text === '?' ? 3 : 2
    if (tokens[at - back]?.text === ')') return requiredAt(tokens, at - back)
    if (tokens[at - back]?.kind !== 'name') return ''
    at -= back
  }
  return tokens[at]?.text ?? ''
}

/** The module of `require('fs')` whose bracket closes here; '' for any other call. */
function requiredAt(tokens: readonly Token[], close: number): string {
  const [call, , module] = tokens.slice(close - 3, close)
  return call?.text === 'require' && module?.kind === 'string' ? module.text.replace(/^node:/, '') : ''
}

const CACHED = new WeakMap<readonly Token[], ReadonlySet<string> | null>()

/** The names by which closed modules go in a text; undefined when one of them may go by any name. */
function closedNames(tokens: readonly Token[], language: Language): ReadonlySet<string> | undefined {
  let known = CACHED.get(tokens)
  if (known === undefined) {
    known = findClosed(tokens, language) ?? null
    CACHED.set(tokens, known)
  }
  return known ?? undefined
}

function findClosed(tokens: readonly Token[], language: Language): ReadonlySet<string> | undefined {
  const modules = CLOSED[language]
  if (modules === undefined) return undefined
  const found = new Set(modules)
  const text = (i: number): string => tokens[i]?.text ?? ''
  for (let i = 0; i < tokens.length; i++) {
    const name = text(i)
    if (!modules.includes(name.replace(/^node:/, ''))) continue
    if (tokens[i]?.kind === 'string') {
      // `x = require('fs')`, `import x from 'fs'`.
      if (text(i - 2) === 'require' && text(i - 3) === '=') found.add(text(i - 4))
      if (text(i - 1) === 'from') found.add(text(i - 2))
    } else if (tokens[i]?.kind === 'name' && text(i - 1) !== '.') {
      if (text(i + 1) === 'as') found.add(text(i + 2))
      const used = text(i + 1) === '.' || (text(i + 1) === '?' && text(i + 2) === '.')
      const imported = /^(import|from|,|as|const|let|var)$/.test(text(i - 1)) || text(i + 1) === 'import'
      if (!used && !imported) return undefined
    }
  }
  return found
}

/** Places beyond the project, statements that destroy. */
const REACHES =
  /^(~|\.\.(\/|$)|\/(home|root|etc|usr|var|opt|boot|sys|proc|dev|Users|Library|System)(\/|$))|\b(drop|truncate)\s+(table|database|schema|index|view)\b|\bdelete\s+from\b|\bupdate\s+\w+\s+set\b/i

/** True when a text of the code names what code with members of any name must not be told of. */
export function reachesOut(tokens: readonly Token[]): boolean {
  return tokens.some(({ kind, text }) => kind === 'string' && (REACHES.test(text) || isElsewhere(text)))
}

/** The address of another machine. */
function isElsewhere(text: string): boolean {
  return /^[a-z][a-z+.-]*:\/\//i.test(text) && !isThisMachine(text) && hostOf(text) !== '0.0.0.0'
}

/** Modules whose functions compute: all others are the project's or a library's, which may keep data somewhere. */
const COMPUTES = new Set(
  `json re pathlib collections itertools functools math cmath random statistics datetime time calendar os sys csv glob string
textwrap typing dataclasses enum hashlib base64 uuid decimal fractions io ast importlib metadata xml etree ElementTree html difflib
pprint copy heapq bisect array struct zlib platform unicodedata locale toml tomllib tomli yaml pandas numpy scipy sklearn polars
pyarrow matplotlib zoneinfo ipaddress keyword abc contextlib numbers types colorsys operator shlex fnmatch configparser email
__future__ path fs util url events querystring buffer perf_hooks readline crypto`
    .split(/\s+/)
    .filter((word) => word !== ''),
)

/** What is called so changes or sends something where it is kept. */
const ACTS =
  /^(delete|update|create|save|insert|set|put|clear|commit|write|send|notify|e?mail|charge|pay|refund|remove|main|start|stop|submit|trigger|dispatch|enqueue|schedule|register|bulk)(_|[A-Z]|$)/

/** True when something of the project or of a library is called by a name that changes or sends something. */
export function actsElsewhere(tokens: readonly Token[], modules: readonly string[]): boolean {
  if (modules.every((module) => COMPUTES.has(module))) return false
  return tokens.some(
    ({ kind, text }, i) => kind === 'name' && ACTS.test(text) && /^[.(]$/.test(tokens[i + 1]?.text ?? ''),
  )
}

/** Names that `import … from './module'` takes from the project, and `import name from 'module'` from an open one. */
export function importedNames(tokens: readonly Token[], open: ReadonlySet<string>): ReadonlySet<string> {
  const known = IMPORTED.get(tokens)
  if (known !== undefined) return known
  const found = new Set<string>()
  for (let i = 0; i < tokens.length; i++) {
    const from = tokens[i + 1]
    if (tokens[i]?.text !== 'from' || from?.kind !== 'string') continue
    const isDefault =
      /^(import|as)$/.test(tokens[i - 2]?.text ?? '') && open.has(from.text.replace(/^node:/, ''))
    if (isDefault) found.add(tokens[i - 1]?.text ?? '')
    if (!from.text.startsWith('./')) continue
    for (let at = i - 1; at >= 0 && tokens[at]?.text !== 'import'; at--)
      if (tokens[at]?.kind === 'name') found.add(tokens[at]?.text ?? '')
  }
  IMPORTED.set(tokens, found)
  return found
}
const IMPORTED = new WeakMap<readonly Token[], ReadonlySet<string>>()
