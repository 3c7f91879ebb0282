import { invoke, originOf, shown, writeFile } from '../invoke.js'
import { hasOption, optionValues, readOptions } from '../options.js'
import type { Options } from '../options.js'
import { readFile } from '../redirect.js'
import { copyState } from '../state.js'
import { join, literal, namesIn, unknown } from '../value.js'
import type { Stream, Value } from '../value.js'
import { printsUnknown, runText } from '../walk.js'
import type { Walk } from '../walk.js'
import type { Call, SpecTable } from './spec.js'

/** Programs that run a command for the words that they read. */
export const XARGS: SpecTable = {
  xargs: { wraps: true, handle: xargs },
  parallel: { wraps: true, handle: xargs },
}

// `-i`, `-e` and `-l` take what is attached to them, or nothing.
const XARGS_TAKES = new Set(
  'I n L P s E d a max-args max-procs max-chars delimiter arg-file process-slot-var'.split(' '),
)
const PARALLEL_TAKES = new Set(
  'I n N L P j jobs s E d C colsep a arg-file S sshlogin sshloginfile slf delay timeout retries load memfree memsuspend joblog results res tmpdir tempdir tagstring halt wd workdir env block recend recstart max-args max-procs max-replace-args delimiter shebang nice rpl basefile bf return trc'.split(
    ' ',
  ),
)

/** Runs its command with words it reads: known ones when the pipe's text is known, else something unknown. */
function xargs(call: Call): Stream {
  const takes = call.name === 'parallel' ? PARALLEL_TAKES : XARGS_TAKES
  const options = readOptions(call.args, { takes, stopAtOperand: true })
  if (call.name === 'parallel') noteParallel(options, call)
  const [file] = optionValues(options, 'a', 'arg-file')
  const stdin = file === undefined ? call.stdin : readFile(file, call.walk)
  const text = stdin?.text
  const taint = stdin?.taint ?? 0
  const read: Value[] =
    text === undefined
      ? ((stdin === undefined ? undefined : namesIn(stdin)) ?? [unknown(taint)])
      : text
          .split(/\s+/)
          .filter((word) => word !== '')
          .map(literal)
  const marker = options.given.get('I')?.[0]?.text ?? options.given.get('replace')?.[0]?.text ?? '{}'
  const [name, ...args] = options.operands
  if (name === undefined) {
    // xargs alone echoes; parallel alone runs every line as a command.
    if (call.name === 'xargs') call.walk.findings.note('shell', 'output', 'xargs echo')
    else call.walk.findings.note('execute', originOf(taint) ?? 'stdin', '… | parallel')
    return printsUnknown(taint)
  }
  const at = options.operands.findIndex((operand) => /^:::+$/.test(operand.text))
  if (call.name === 'parallel' && at !== -1) return inParallel(options.operands, at, call)
  if (options.operands.some((operand) => operand.text.includes(marker))) {
    const lines = text === undefined ? read : linesOf(text)
    for (const line of lines) {
      const [first, ...others] = options.operands.map((operand) => fill(operand, marker, line))
      invoke(first ?? name, others, eachInItsOwn(call), undefined)
    }
    return printsUnknown(taint)
  }
  return invoke(name, [...args, ...read], call.walk, undefined)
}

/** Where a command is run once for each of many: what one of them changes, the next does not see. */
function eachInItsOwn({ walk }: Call): Walk {
  return { ...walk, state: copyState(walk.state), repeated: true }
}

/** Most lines that a command is run for one by one; what follows them is something unknown. */
const MAX_LINES = 12

function linesOf(text: string): Value[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  if (lines.length === 0) return [literal('')]
  const followed = lines.slice(0, MAX_LINES).map(literal)
  // The next number is as good as the last.
  const isCounted = lines.every((line) => /^\d+$/.test(line))
  return lines.length > MAX_LINES && !isCounted ? [...followed, unknown()] : followed
}

/** What is filled in may be long, and be asked for often: literal() bounds it. */
function fill(value: Value, marker: string, line: Value): Value {
  if (!value.text.includes(marker)) return value
  return {
    ...literal(value.text.replaceAll(marker, () => line.text)),
    taint: value.taint | line.taint,
    glob: value.glob || line.glob,
  }
}

/** parallel writes what it did, and may do it on other machines. */
function noteParallel(options: Options, call: Call): void {
  for (const file of optionValues(options, 'joblog', 'results', 'res', 'tmpdir', 'tempdir'))
    writeFile(file, call.walk)
  if (hasOption(options, 'S', 'sshlogin', 'sshloginfile', 'slf'))
    call.walk.findings.note('network', 'remote-shell', shown(call))
  if (hasOption(options, 'rpl', 'plus', 'profile', 'J'))
    call.walk.findings.note('execute', 'option', shown(call))
}

/** `parallel gzip ::: a b` runs the command for each word; without a command each word is one. */
function inParallel(operands: readonly Value[], at: number, call: Call): Stream {
  const [name, ...args] = operands.slice(0, at)
  for (const word of operands.slice(at + 1, at + 65)) {
    const walk = eachInItsOwn(call)
    if (name === undefined) runText(word.text, walk, undefined)
    else if (operands.slice(0, at).some((operand) => operand.text.includes('{')))
      runText(
        join(operands.slice(0, at)).text.replace(/\{[^}]*\}/g, () => word.text),
        walk,
        undefined,
      )
    else invoke(name, [...args, word], walk, undefined)
  }
  return printsUnknown()
}
