import { shown, writeFile } from '../invoke.js'
import { hasOption, optionValues, readOptions } from '../options.js'
import { emptyFile, notePlanted, readFile } from '../redirect.js'
import { isKnown, literal, TAINT } from '../value.js'
import { isSecretPath, namesSecret } from '../secret.js'
import type { Stream, Value } from '../value.js'
import { placeOfPath, printsUnknown, runText } from '../walk.js'
import { leavesNothing, sedCommands } from './sed-script.js'
import type { SedCommand } from './sed-script.js'
import type { Walk } from '../walk.js'
import type { Call } from './spec.js'

/** sed is a reader unless it edits in place, writes (`w file`) or runs (`e`, `s///e`). */
export function sed(call: Call): Stream {
  const { walk } = call
  const options = readOptions(call.args, {
    takes: new Set(['e', 'f', 'l', 'expression', 'file', 'line-length']),
  })
  const scripted = hasOption(options, 'e', 'f', 'expression', 'file')
  const scripts = scripted ? optionValues(options, 'e', 'expression') : options.operands.slice(0, 1)
  const files = scripted ? options.operands : options.operands.slice(1)
  const inPlace = call.args.some((arg) => /^-([nErsuz]*i|-in-place)/.test(arg.text))
  const commands = sedCommands(scripts.map(({ text }) => text).join('\n'))
  if (commands === undefined) walk.findings.note('shell', 'unparsable', 'a sed script')
  else noteSed(commands, call)
  for (const script of optionValues(options, 'f', 'file')) {
    readFile(script, walk)
    walk.findings.note('execute', 'file', script.text, { zone: placeOfPath(script, walk).zone })
  }
  const quiet = call.args.some((arg) => /^-([Erisuz]*n|-quiet|-silent)/.test(arg.text))
  const empties = inPlace && commands !== undefined && leavesNothing(commands, quiet)
  let taint = call.stdin?.taint ?? 0
  const [kept] = call.args.flatMap((arg) => /^(?:-[nErsuz]*i|--in-place=)(\.\w+)$/.exec(arg.text)?.[1] ?? [])
  const put = inPlace
    ? (commands ?? []).map(({ rest, replacement }) => `${replacement} ${rest}`).join('\n')
    : undefined
  for (const file of files) {
    notePlanted(put, file, walk)
    if (inPlace && kept !== undefined) writeFile({ ...file, text: `${file.text}${kept}` }, walk)
    if (empties && kept === undefined) emptyFile(file, walk)
    else if (inPlace) writeFile(file, walk)
    else taint |= readFile(file, walk).taint
  }
  walk.findings.note('shell', 'inspect', 'sed')
  // What stands behind `=` is cut off.
  if (scripts.length === 1 && /^s(.)=\.\*\1\1g?$/.test(scripts[0]?.text ?? '')) taint &= ~TAINT.variables
  return printsUnknown(taint)
}

function noteSed(commands: readonly SedCommand[], { walk }: Call): void {
  for (const { name, rest, pattern } of commands) {
    const written = name === 's' ? /w\s*(\S+)$/.exec(rest)?.[1] : rest
    if (name === 'e' || (name === 's' && /^[^w]*e/.test(rest)))
      walk.findings.note('execute', 'option', `sed ${name} ${pattern}`)
    if (name === 'e' && rest !== '') runText(rest, walk, undefined)
    if (/^[wWs]$/.test(name) && written !== undefined && written !== '') writeFile(literal(written), walk)
    if (/^[rR]$/.test(name) && rest !== '') readFile(literal(rest), walk)
  }
}

const AWK_TAKES = new Set('F v f i l e E W field-separator assign file include load source exec'.split(' '))
/** Options that say how awk reads and reckons. All others run or write something. */
const AWK_PLAIN =
  /^(F|v|e|field-separator|assign|source|version|V|help|h|posix|P|traditional|c|sandbox|S|lint|L|t|characters-as-bytes|b|csv|k|bignum|M|re-interval|r|use-lc-numeric|N|optimize|O|no-optimize|s|non-decimal-data|n)$/

/** awk reads what it is given; its programs may run others, and write where they like. */
export function awk(call: Call): Stream {
  const { findings } = call.walk
  const options = readOptions(call.args, { takes: AWK_TAKES, stopAtOperand: true })
  const filed = hasOption(options, 'f', 'file', 'E', 'exec')
  const told = optionValues(options, 'e', 'source')
  const own = filed || told.length > 0 ? [] : options.operands.slice(0, 1)
  if (filed) findings.note('execute', 'file', 'awk -f', { zone: 'unknown' })
  if ([...options.given.keys()].some((name) => !AWK_PLAIN.test(name)))
    findings.note('execute', 'option', shown(call))
  for (const program of [...told, ...own]) noteAwk(program, call)
  let taint = call.stdin?.taint ?? 0
  for (const file of options.operands.slice(own.length))
    if (!/^\w+=/.test(file.text)) taint |= readFile(file, call.walk).taint
  findings.note('shell', 'inspect', 'awk')
  const names = own.length === 1 && /^\s*\{\s*print\s*\$1;?\s*\}\s*$/.test(own[0]?.text ?? '')
  if (names && call.args.some(({ text }) => /^(-F)?=$/.test(text))) taint &= ~TAINT.variables
  return printsUnknown(taint)
}

/** Commands that a text may be piped through, or whose lines may be read: they print and change nothing. */
const PIPED =
  /^(sort|uniq|wc|head|tail|tr|cut|column|cat|date|git (ls-files|log|rev-parse|status|diff|describe|branch|show|rev-list)|nl|tac|fold|fmt|paste|seq)(\s+[\w./:=+@%,-]+)*$/

/**
 * Pipes and files that are named by one text each are taken out of a program: the command is judged by itself, the
 * file is read. What is put together from several stays.
 */
function withoutPlainPipes(numbered: string, strings: readonly string[], walk: Walk): string {
  const runs = (number: string): boolean => {
    const command = strings[Number(number)] ?? ''
    if (!PIPED.test(command)) return false
    runText(command, walk, undefined)
    return true
  }
  return numbered
    .replace(/(^|[{;(&|!\n])\s*"(\d+)"\s*\|\s*getline\b/g, (whole, before: string, number: string) =>
      runs(number) ? `${before}0` : whole,
    )
    .replace(/(?<!\|)\|\s*"(\d+)"(?=\s*(\)|;|\}|\n|$))/g, (whole, number: string) =>
      runs(number) ? ' ' : whole,
    )
    .replace(/getline(\s+\w+)?\s*<\s*"(\d+)"(?=\s*(\)|;|\}|\n|$))/g, (_whole, _name, number: string) => {
      readFile(literal(strings[Number(number)] ?? ''), walk)
      return '0'
    })
}

function noteAwk(program: Value, { walk }: Call): void {
  const { findings } = walk
  if (/\/inet[46]?\/(tcp|udp)\//.test(program.text)) findings.note('network', 'raw-socket', program.text)
  const strings: string[] = []
  // Each text by its number, so that what stands beside it can be told.
  const numbered = program.text.replace(
    /"((?:\\.|[^"\\])*)"|\/(\\.|[^/\\\n])*\//g,
    (quoted, inner: string | undefined) =>
      quoted.startsWith('"') ? `"${strings.push(inner ?? '') - 1}"` : '//',
  )
  const text = withoutPlainPipes(numbered, strings, walk)
  if (/\bsystem\s*\(|\|\s*(getline|"|&|[a-z])|getline\s*(\w+\s*)?<|"\s*\|\s*getline|@\w+|\|&/.test(text)) {
    findings.note('execute', 'option', program.text)
    for (const inner of strings) runText(inner.replace(/\\(.)/g, '$1'), walk, undefined)
  }
  for (const inner of strings) if (isSecretPath(inner)) readFile(literal(inner), walk)
  const written = [...program.text.matchAll(/>>?\s*"([^"]*)"/g)]
  for (const [, path] of written) writeFile(literal(path ?? ''), walk)
  if (written.length === 0 && /[^<>=!]>>?\s*[A-Za-z_$(]/.test(text) && /\bprint(f)?\b[^;}]*>/.test(text))
    findings.note('filesystem', 'write-computed', program.text)
  if (/\bin\s+ENVIRON\b/.test(text) || (/\bENVIRON\b/.test(text) && namesSecret(program.text)))
    findings.note('secrets', 'print', program.text)
  if (!isKnown(program)) findings.note('execute', 'dynamic', program.text)
}
