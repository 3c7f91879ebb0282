import { noteOptionPath } from './option-paths.js'
import { readFile } from './redirect.js'
import { isSecretPath } from './secret.js'
import { UNKNOWN } from './value.js'
import type { Value } from './value.js'
import { placeOfPath } from './walk.js'
import type { Walk } from './walk.js'

/** Commands to which a path is only a name, a pattern or text, or whose own rules say what of it they read. */
const NAMES_ONLY = new Set(
  'ls dir vdir exa eza lsd tree du df stat test [ [[ basename dirname realpath readlink echo printf which whereis type cd pushd find fd fdfind grep egrep fgrep zgrep rg ripgrep ag ack jq yq xq gojq dasel sed awk gawk mawk nawk openssl ssh-keygen docker podman docker-compose npx pnpx bunx uv uvx poetry pipenv bundle ssh-add export declare typeset local readonly unset set alias read locate pgrep ps tldr rm unlink chmod chown'.split(
    ' ',
  ),
)

/** Commands to which a path of the project is a name, but one of elsewhere is a file. */
const NAMES_AT_HOME = new Set(['git', 'gh', 'glab', 'man'])

/** Options that take a credential's file for what it is made for, or that name what is left out. */
const TAKES_CREDENTIALS =
  /^--?(env-?file|kubeconfig|cacert|ca-file|cert|key|certificate|certfile|keyfile|ssl-\w+|tls\w*|exclude\S*|ignore\S*|glob|iglob|name|secret|identity\S*)(?==|$)/i

/** Longest word that is looked at: longer ones are no paths. */
const MAX_PATH = 4_096

/**
 * Whatever a command is, an operand, an option's value or a list of arguments (`@file`) that is a credential's file
 * is read by it: tables of options have gaps, and this closes them. Paths that the command's own rules have judged
 * are left to them. Returns the taint of what is read.
 */
export function noteSecretWords(name: string, args: readonly Value[], walk: Walk): number {
  const named = NAMES_ONLY.has(name)
  const within = !named && isSecretFolder(walk.state.cwd)
  let taint = 0
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as Value
    const { text } = arg
    if (text.length < 3 || text.length > MAX_PATH) continue
    if (text.includes('/')) noteOptionPath(args, i, walk)
    if (named) continue
    if (takesCredentials(text) || takesCredentials(args[i - 1]?.text ?? '')) continue
    const path = pathIn(text, within)
    if (path === undefined) continue
    if (NAMES_AT_HOME.has(name) && !path.startsWith('/')) continue
    const value = { ...arg, text: path }
    if (!walk.findings.concerns(placeOfPath(value, walk).path)) taint |= readFile(value, walk).taint
  }
  return taint
}

/** The directory that was looked at last: most commands stand where the one before them stood. */
const LAST = { folder: '', secret: false }
function isSecretFolder(folder: string): boolean {
  if (folder !== LAST.folder) {
    LAST.secret = isSecretPath(folder)
    LAST.folder = folder
  }
  return LAST.secret
}

/** Asked of every word: most are no options, and a look at the first letter costs less than an expression. */
function takesCredentials(text: string): boolean {
  return text.startsWith('-') && TAKES_CREDENTIALS.test(text)
}

/** The credential's path that a word is, or holds behind `=`, `@`, `<` or the letter of an option. */
function pathIn(text: string, within: boolean): string | undefined {
  const isAddress = text.includes('://')
  if (isAddress && /^(?!file:)[a-z][\w+.-]*:\/\//i.test(text)) return undefined
  const ends = isAddress ? text.replace(/^file:\/\/[^/]*/i, '') : text
  // A bare word is a path only when it looks like one: `npm run credentials` reads nothing.
  if (!within && !/[./~_]/.test(ends)) return undefined
  if (isSecretPath(ends)) return unprefixed(ends)
  if (within && /^[\w.]/.test(text) && !text.includes(UNKNOWN)) return text
  return undefined
}

/** `if=/x`, `-f/x`, `--file=~/x`, `name@/x`: what stands before the path is no part of it. */
function unprefixed(text: string): string {
  const after = /^[^/~]*?[=@<,:]([~/.\w].*)$/s.exec(text)?.[1] ?? text
  return isSecretPath(after) ? after.replace(/^-{1,2}[a-zA-Z](?=[/~.])/, '') : text
}
