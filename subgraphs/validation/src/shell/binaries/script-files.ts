import { originOf } from '../invoke.js'
import { ENDS, scriptFacts } from '../project-work.js'
import type { Language } from '../code/tokens.js'
import { readFile } from '../redirect.js'
import type { Stream, Value } from '../value.js'
import { placeOfPath, printsUnknown, runText } from '../walk.js'
import { noteManaged } from './frameworks.js'
import { noteCode } from './inline.js'
import type { Call } from './spec.js'

export const SHELLS = new Set([
  'sh',
  'bash',
  'zsh',
  'dash',
  'ksh',
  'ash',
  'fish',
  'mksh',
  'rbash',
  'csh',
  'tcsh',
])

/** An interpreter that reads its program from the pipe. */
export function runPiped(call: Call): Stream {
  const { walk, stdin, name } = call
  if (stdin === undefined) {
    walk.findings.note('execute', 'interactive', name)
    return printsUnknown()
  }
  const origin = originOf(stdin.taint)
  if (origin !== undefined) walk.findings.note('execute', origin, `… | ${name}`)
  if (SHELLS.has(name) && stdin.text !== undefined) return runText(stdin.text, walk, undefined)
  if (SHELLS.has(name) && stdin.parts !== undefined) runText(stdin.parts, walk, undefined)
  const plain = stdin.text !== undefined && noteCode(stdin.text, languageOf(name), call)
  if (!plain) walk.findings.note('execute', 'stdin', `… | ${name}`)
  return printsUnknown(stdin.taint)
}

export function runScriptFile(file: Value, call: Call, action: 'script' | 'shell-file'): void {
  const { walk } = call
  if (/^(https?|ftp):\/\//i.test(file.text)) {
    walk.findings.note('execute', 'download', `${call.name} ${file.text}`)
    return
  }
  const stream = readFile(file, walk)
  const fact = placeOfPath(file, walk)
  const origin = originOf(stream.taint)
  if (origin !== undefined) walk.findings.note('execute', origin, `${call.name} ${fact.path}`)
  else if (file.text.startsWith('/dev/fd/') || fact.name === 'stdin')
    walk.findings.note('execute', 'stdin', `${call.name} ${fact.path}`)
  else if (walk.shared.written.has(fact.path)) {
    // What this very command has put there is judged as if it were given on the command line.
    const content = SHELLS.has(call.name) ? undefined : walk.shared.contents.get(fact.path)
    const plain = content !== undefined && noteCode(content, languageOf(call.name), call)
    if (!plain) walk.findings.note('execute', 'written', fact.path)
  } else {
    const at = call.args.indexOf(file)
    const given = call.args.slice(at + 1)
    const judged = action === 'script' ? given.filter(({ text }) => ENDS.test(text)) : given
    const facts = scriptFacts(fact, { text: file.text, given, judged }, walk)
    const manages = action === 'script' && noteManaged(fact.name, call.args.slice(at + 1), call)
    if (!manages) walk.findings.note('execute', action, fact.path, { ...facts, by: call.name })
  }
}

const LANGUAGES: readonly (readonly [RegExp, Language])[] = [
  [/^(python|pypy)/, 'python'],
  [/^(node|tsx|ts-node|bun|deno)/, 'javascript'],
  [/^ruby/, 'ruby'],
  [/^php/, 'php'],
  [/^perl/, 'perl'],
  [/^lua/, 'lua'],
  [/^Rscript/, 'r'],
]
export function languageOf(name: string): Language | undefined {
  return LANGUAGES.find(([names]) => names.test(name))?.[1]
}
