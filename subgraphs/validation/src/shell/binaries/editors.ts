import { shown, writeFile } from '../invoke.js'
import { emptyFile, readFile } from '../redirect.js'
import { isKnown, literal, TAINT } from '../value.js'
import type { Stream, Value } from '../value.js'
import { printsUnknown, runText } from '../walk.js'
import { each } from './each.js'
import { exScript } from './ex-script.js'
import type { ExScript } from './ex-script.js'
import type { Call, SpecTable } from './spec.js'

/** What an editor is called with: commands, files, and whether it does without a terminal. */
interface Session {
  readonly commands: string[]
  readonly files: Value[]
  /** Reads commands from its input. */
  silent: boolean
  /** Every option is known to run nothing. */
  plain: boolean
}

/** Options of vi and its relatives that say how it starts, not what it runs. */
const PLAIN_OPTION =
  /^(-[eEsnNRbXZmMydhHAF]+|--clean|--headless|--not-a-term|--noplugin|--nofork|-V\d*|-T\w+|-E?es|-es|-Es)$/
const NO_SETTINGS = /^(NONE|NORC|DEFAULTS|\/dev\/null)$/

function sessionOf({ name, args }: Call): Session {
  const session: Session = { commands: [], files: [], silent: name === 'ed', plain: true }
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as Value
    const next = args[i + 1]
    const { text } = arg
    if (text === '--') {
      session.files.push(...args.slice(i + 1))
      break
    }
    const attached = /^-[nesE]*c(.+)$/.exec(text)?.[1]
    if (/^(-[nesEs]*c|--cmd)$/.test(text) && next !== undefined && name !== 'ed') {
      session.plain &&= isKnown(next)
      session.silent ||= /^-\w*[esE]\w*c$/.test(text)
      session.commands.push(next.text)
      i++
    } else if (attached !== undefined && name !== 'ed') {
      session.plain &&= isKnown(arg)
      session.commands.push(attached)
    } else if (/^-[ui]$/.test(text) && NO_SETTINGS.test(next?.text ?? '')) i++
    else if (/^-u./.test(text) && NO_SETTINGS.test(text.slice(2))) continue
    else if (text.startsWith('+') && name !== 'ed') {
      session.plain &&= isKnown(arg)
      session.commands.push(text.slice(1))
    } else if (text.startsWith('-') && text.length > 1) {
      session.plain &&=
        isKnown(arg) &&
        (name === 'ed'
          ? /^-[sErGv]*$|^--(quiet|silent|script|extended-regexp|verbose)$/.test(text)
          : PLAIN_OPTION.test(text))
      session.silent ||= /^-\w*[esE]/.test(text)
    } else session.files.push(arg)
  }
  // Without `-e` it types what a file holds.
  const types = args.some(({ text }) => text === '-s') && !/^(ex|ed)$/.test(name)
  if (types && !args.some(({ text }) => /^-\w*[eE]/.test(text))) session.plain = false
  return session
}

/** Edits files by commands that are known to only edit. Anything else opens an editor, which runs what it is told. */
function edit(call: Call): Stream {
  const { walk, stdin } = call
  const session = sessionOf(call)
  const piped = session.silent ? stdin?.text?.split('\n') : undefined
  const script = session.plain ? exScript([...session.commands, ...(piped ?? [])]) : undefined
  const ends = script !== undefined && (script.quits || piped !== undefined)
  const unread = stdin !== undefined && stdin.text === undefined && session.silent
  if (!ends || unread || session.commands.length + (piped?.length ?? 0) === 0) return open(call, session)
  walk.findings.note('shell', 'inspect', call.name)
  noteScript(script, session.files, call)
  return printsUnknown(TAINT.file)
}

function noteScript({ saves, empties, reads, writes }: ExScript, files: readonly Value[], call: Call): void {
  for (const file of files) {
    readFile(file, call.walk)
    if (empties) emptyFile(file, call.walk)
    else if (saves) writeFile(file, call.walk)
    // ed takes `!command` for a file.
    if (file.text.startsWith('!')) call.walk.findings.note('execute', 'option', shown(call))
  }
  const { home } = call.walk.place
  const named = (path: string): Value => literal(path.replace(/^~(?=\/)/, home))
  for (const path of [...reads, ...writes]) readFile(named(path), call.walk)
  for (const path of writes) writeFile(named(path), call.walk)
}

/** An editor that waits for somebody, or is told to do more than edit. */
function open(call: Call, session: Session): Stream {
  const { walk } = call
  const told = session.commands.length > 0 || !session.plain || (call.stdin !== undefined && session.silent)
  walk.findings.note('execute', told ? 'option' : 'interactive', shown(call))
  for (const text of [...session.commands, ...(call.stdin?.text?.split('\n') ?? [])]) {
    const command = /^:?\s*(?:[%\d,$.]*\s*(?:[rw]\s*)?)!(.*)$/.exec(text)?.[1]
    if (command !== undefined) runText(command, walk, undefined)
  }
  for (const file of session.files) readFile(file, walk)
  return printsUnknown(TAINT.file)
}

/** Editors: those that take scripts of commands, and those that only wait for somebody. */
export const EDITORS: SpecTable = {
  ...each('vim vi nvim ex view ed', {
    options: { version: 'shell/inspect' },
    handle: (call) => (call.args.some(({ text }) => text === '--version') ? undefined : edit(call)),
  }),
}
