import { writeFile } from '../invoke.js'
import { plainCode } from '../code/plain.js'
import type { PlainCode } from '../code/plain.js'
import { tokensOf } from '../code/tokens.js'
import type { Language } from '../code/tokens.js'
import { quote } from '../quote.js'
import { emptyFile, readFile } from '../redirect.js'
import { isSecretPath } from '../secret.js'
import { literal } from '../value.js'
import { placeOfPath, runText } from '../walk.js'
import { statementOf } from './database.js'
import { hostOf } from './host.js'
import type { Call } from './spec.js'

/** The whole environment, with whatever credentials are in it. */
const TELLS_ALL = /%ENV|\$_(ENV|SERVER)\b(?!\[)|\bgetenv\(\)|\bENV\b(?!\[|\{|\.fetch)/

/** Notes what code does. True when it is plain: it computes, prints, and uses no more than the files it names. */
export function noteCode(code: string, language: Language | undefined, call: Call): boolean {
  const plain = language === undefined || TELLS_ALL.test(code) ? undefined : plainCode(code, language)
  const known =
    plain?.runs.every((text) => USUAL.test(text)) === true &&
    plain.statements.every((text) => statementOf(text) === 'read')
  if (plain === undefined || !known) {
    inspectCode(code, call)
    return false
  }
  noteReach(plain, call)
  call.walk.findings.note('execute', 'plain-code', `${call.name} ${code}`)
  for (const path of plain.reads) readFile({ ...literal(path), glob: /[*?[]/.test(path) }, call.walk)
  for (const module of plain.modules) noteModule(module, call)
  const nothing = plain.writes.length > 0 && writesNothing(code)
  for (const path of plain.writes) {
    if (nothing) emptyFile(literal(path), call.walk)
    else writeFile(literal(path), call.walk)
  }
  // However it comes to a credential's name, it has no other use for one than to read it.
  const tokens = /[/~]/.test(code) ? tokensOf(code, language ?? 'python') : undefined
  for (const { text } of tokens ?? [])
    if (/[/~]/.test(text) && isSecretPath(text)) readFile(literal(text), call.walk)
  return true
}

/** What code may have a shell do without being asked about; what it does is judged besides. */
const USUAL =
  /^(git|npm|pnpm|yarn|make|cargo|go|pytest|tsc|ruff|mypy|jq|wc|date|sort|uname|nproc|cat|head|tail|grep|rg|node|python3?)(\s|$)/

/** Commands and requests that plain code names in one literal. */
function noteReach({ runs, fetches }: PlainCode, { walk }: Call): void {
  for (const text of runs) runText(text, walk, undefined)
  for (const url of fetches)
    walk.findings.note('network', 'fetch', `GET ${url}`, {
      host: hostOf(url),
      method: 'GET',
      carries: false,
      dynamic: false,
    })
}

/** A module runs with what uses it: one that this very call has put there is not the project's. */
function noteModule(module: string, { walk }: Call): void {
  const { written, downloaded } = walk.shared
  if (written.size + downloaded.size === 0) return
  const name = nameOf(module)
  const isIt = (path: string): boolean => nameOf(path) === name || path.endsWith(`/${name}`)
  if ([...downloaded].some(isIt)) walk.findings.note('execute', 'download', module)
  else if ([...written].some(isIt)) walk.findings.note('execute', 'written', module)
}

/** The last part of a path, without its ending. */
function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1).replace(/\.\w+$/, '')
}

/** Opens a file to write it, and writes nothing. */
function writesNothing(code: string): boolean {
  const rest = code
    .replace(/\.write(_text|_bytes)?\(\s*b?(""|'')\s*\)/g, '')
    .replace(/writeFileSync\([^,]+,\s*(""|''|``)\s*\)/g, '')
  return !/\bwrite\w*\s*\(|\bdump\w*\s*\(|\bappendFile|\bfile\s*=|append/.test(rest)
}

/**
 * Code that is not plain is never judged harmless. What it hands to a shell, or deletes by a literal path, is judged
 * like a command, so that the worst of it is refused rather than asked about.
 */
function inspectCode(code: string, call: Call): void {
  const { walk } = call
  const callsShell =
    /\b(system|popen|exec\w*|spawn\w*|call|check_output|check_call|run|shell_exec|passthru|proc_open|qx|IO\.popen|Popen)\b|`/.test(
      code,
    )
  const opensSocket =
    /\bsocket\b|TCPSocket|\bnet['")]*\.(connect|Socket|createConnection)|fsockopen|\/inet\/tcp/i.test(code)
  if (opensSocket && (callsShell || /dup2|\bpty\b|\/bin\/(ba|z|da)?sh|cmd\.exe/.test(code)))
    walk.findings.note('network', 'reverse-shell', code)
  const strings = [...code.matchAll(/"((?:\\.|[^"\\])*)"|'((?:\\.|[^'\\])*)'|`((?:\\.|[^`\\])*)`/g)]
    .slice(0, 32)
    .map((match) => match[1] ?? match[2] ?? match[3] ?? '')
  if (callsShell) {
    for (const text of strings) if (/[a-z]/.test(text)) runText(text, walk, undefined)
    // A list of arguments: ["rm", "-rf", "/"].
    for (const [, list] of [...code.matchAll(/\[([^\][]*)\]/g)].slice(0, 8)) {
      const items = [...(list ?? '').matchAll(/"([^"]*)"|'([^']*)'/g)].map(
        (match) => match[1] ?? match[2] ?? '',
      )
      if (items.length > 1) runText(quote(items), walk, undefined)
    }
  }
  const deletes =
    /rmtree|rmSync|rmdirSync|unlinkSync|\brm_rf?\b|remove_tree|\bunlink\b|os\.remove|promises\.rm|fs\.rm\b|rmdir|RemoveAll/.test(
      code,
    )
  const writes =
    /open\s*\([^)]*['"][wa]b?\+?['"]|writeFile|appendFile|write_text|File\.write|file_put_contents/.test(code)
  for (const text of strings) {
    if (!/^[~/.$]/.test(text) || text.length > 1_000) continue
    const fact = placeOfPath(literal(text), walk)
    if (deletes)
      walk.findings.path('delete', fact, { recursive: true, force: true, filtered: false, glob: false })
    else if (writes) walk.findings.path('write', fact, { append: false })
    else walk.findings.path('read', fact, { hidden: false, fromEnvironment: false })
  }
  if (
    /b64decode|atob\(|fromhex|unhexlify|base64['"]\)|decode64|codecs\.decode|MIME::Base64/.test(code) &&
    /\b(exec|eval|system|popen|Function|run|call)\b/.test(code)
  ) {
    walk.findings.note('execute', 'decoded', code)
  }
  if (
    /urlopen|requests\.get|fetch\(|http\.get|urllib|Net::HTTP|open-uri|LWP/.test(code) &&
    /\b(exec|eval)\s*\(/.test(code)
  ) {
    walk.findings.note('execute', 'download', code)
  }
}
