import { closing } from './sed-script.js'

/** What a script of ed, ex or vi does to the file that is open, when all of it is editing. */
export interface ExScript {
  /** It is written back. */
  readonly saves: boolean
  /** It ends by itself. */
  readonly quits: boolean
  /** Nothing of it is left. */
  readonly empties: boolean
  readonly reads: readonly string[]
  readonly writes: readonly string[]
}

interface Found {
  saves: boolean
  quits: boolean
  empties: boolean
  adds: boolean
  readonly reads: string[]
  readonly writes: string[]
}

/** Longer scripts are not taken apart: they count as running what they like. */
const MAX_SCRIPT = 4_096

/** Lines: numbers, `$`, `%`, marks, patterns, offsets. */
const ADDRESS = /^(?:[%\d.$,;+\-\s]|'[a-z<>]|\/(?:\\.|[^/\\\n])*\/|\?(?:\\.|[^?\\\n])*\?)*/
const WHOLE = /^(%|1?,\$?|1,\$|0,\$)$/
/** Words before a command that only say how it is done. */
const MANNER =
  /^(?:sil(?:ent)?!?|noa(?:utocmd)?|keepp(?:atterns)?|keepj(?:umps)?|keepa(?:lt)?|lockmarks|argdo|bufdo|windo|tabdo)\s+/
/** One file by its name, or none: nothing that the editor would put something else for. */
const NAMES_FILE = /^(~?[\w./@-]+)?$/
/** Commands that change, move, show or mark lines. */
const EDITS =
  /^(d|de|del|delete|m|mo|move|t|co|copy|j|join|p|print|P|l|list|nu|number|n|k|ma|mark|u|undo|red|redo|y|yank|ret|retab|sor|sort|noh|nohlsearch|h|H|left|right|center|pn|np|nl|pl|z)$/
const SAVES = /^(w|wq|x|xit|write|update|up|wa|wall|wqa|wqall|xa|xall|ZZ)$/
const QUITS = /^(q|Q|quit|qa|qall|wq|x|xit|wqa|wqall|xa|xall|ZZ|cq|quita|quitall)$/
const INSERTS = /^(a|i|c|append|insert|change)$/
const PLAIN_SETTING =
  /^(no)?(backup|bk|writebackup|wb|swapfile|swf|hlsearch|hls|ignorecase|ic|smartcase|expandtab|et|list|number|nu|magic|more|ro|readonly|bomb|eol|fixeol|fixendofline|autoindent|ai|wrap|gdefault|gd|nocompatible|compatible|cp|modifiable|ma)$|^(ff|fileformat|fenc|fileencoding|enc|encoding|ts|tabstop|sw|shiftwidth|tw|textwidth|sts|softtabstop)=[\w-]+$/

/**
 * Reads a script of ed, or commands given to ex or vi. Undefined when something in it does more than edit: runs a
 * program, reads another script, evaluates an expression, types keys.
 */
export function exScript(lines: readonly string[]): ExScript | undefined {
  const found: Found = { saves: false, quits: false, empties: false, adds: false, reads: [], writes: [] }
  if (lines.reduce((sum, line) => sum + line.length, 0) > MAX_SCRIPT) return undefined
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] ?? ''
    if (!oneLine(line, found)) return undefined
    // What is put in ends with a line that holds a dot only.
    if (INSERTS.test(line.replace(ADDRESS, '').replace(/!?\s*$/, ''))) {
      found.adds = true
      while (i + 1 < lines.length && lines[i + 1] !== '.') i++
      i++
    }
  }
  return { ...found, empties: found.empties && !found.adds && found.saves }
}

/** One line: commands that `|` separates. False when one of them is not known to be editing. */
function oneLine(text: string, found: Found): boolean {
  let rest = text.trim().replace(/^:+\s*/, '')
  for (let turns = 0; turns < 16; turns++) {
    if (rest === '' || rest.startsWith('"')) return true
    const next = oneCommand(rest, found)
    if (next === undefined) return false
    rest = next.trim().replace(/^:+\s*/, '')
  }
  return false
}

/** What stands behind the first command; undefined when it is not editing. */
function oneCommand(text: string, found: Found): string | undefined {
  let rest = text
  let address = ''
  for (let turns = 0; turns < 6; turns++) {
    const lines = ADDRESS.exec(rest)?.[0] ?? ''
    if (lines.trim() !== '') address = lines.trim()
    rest = rest.slice(lines.length)
    const manner = MANNER.exec(rest)?.[0]
    if (manner === undefined) break
    rest = rest.slice(manner.length)
  }
  if (rest === '' || rest.startsWith('|')) return rest.slice(1)
  const substitutes = /^(?:s|substitute)(?=[^\w\s"|!])/.exec(rest)?.[0]
  if (substitutes !== undefined) return substitution(rest.slice(substitutes.length), address, found)
  const every = /^(?:g|global|v|vglobal)!?(?=[^\w\s"|!])/.exec(rest)?.[0]
  if (every !== undefined) return everyLine(rest.slice(every.length), every, found)
  const shifts = /^[<>=&~]+\s*(\||$)/.exec(rest)?.[0]
  if (shifts !== undefined) return rest.slice(shifts.length)
  const [whole = '', word = '', bang = '', tail = ''] = /^([A-Za-z]+)(!?)([^|]*)/.exec(rest) ?? []
  const after = rest.slice(whole.length + 1)
  return wordFits(word, tail.trim(), { address, bang, found }) ? after : undefined
}

interface Context {
  readonly address: string
  readonly bang: string
  readonly found: Found
}

function wordFits(word: string, argument: string, { address, bang, found }: Context): boolean {
  if (INSERTS.test(word)) return argument === ''
  if (SAVES.test(word) || QUITS.test(word)) {
    // `w !command` hands the lines to a program.
    if (argument.startsWith('!') || (bang !== '' && argument.includes('!'))) return false
    const path = argument.replace(/^>>\s*/, '')
    if (!NAMES_FILE.test(path)) return false
    if (SAVES.test(word) && path === '') found.saves = true
    else if (path !== '') found.writes.push(path)
    if (QUITS.test(word)) found.quits = true
    return true
  }
  if (/^(r|re|read)$/.test(word)) {
    if (argument === '' || bang !== '' || !NAMES_FILE.test(argument)) return false
    found.reads.push(argument)
    found.adds = true
    return true
  }
  if (/^(e|edit)$/.test(word)) {
    if (!NAMES_FILE.test(argument)) return false
    if (argument !== '') found.writes.push(argument)
    return true
  }
  if (/^(set|setlocal|setl|se)$/.test(word))
    return argument.split(/\s+/).every((setting) => PLAIN_SETTING.test(setting))
  if (/^(syntax|sy)$/.test(word)) return argument === 'off'
  // With a name it opens another file.
  if (word === 'n' && argument !== '') return false
  if (!EDITS.test(word) || !/^[\w\s.$'+\-/,;]*$/.test(argument) || bang !== '') return false
  if (/^d(e|el|elete)?$/.test(word) && WHOLE.test(address)) found.empties = true
  return true
}

/** `s/a/b/g`: two texts and flags; a replacement that is an expression runs what it says. */
function substitution(text: string, address: string, found: Found): string | undefined {
  const mark = text.charAt(0)
  const middle = closing(text, 1, mark)
  if (middle === undefined) return undefined
  const last = closing(text, middle + 1, mark) ?? text.length
  const replacement = text.slice(middle + 1, last)
  if (/^\\=/.test(replacement)) return undefined
  if (replacement === '' && WHOLE.test(address) && /^\^?\.[*+]\$?$/.test(text.slice(1, middle)))
    found.empties = true
  const flags = /^[&cegiInp#lr\d\s]*/.exec(text.slice(last + 1))?.[0] ?? ''
  const rest = text.slice(last + 1 + flags.length)
  return rest === '' || rest.startsWith('|') ? rest.slice(1) : undefined
}

/** `g/a/command`: the rest of the line is for every line that fits. */
function everyLine(text: string, name: string, found: Found): string | undefined {
  const mark = text.charAt(0)
  const end = closing(text, 1, mark)
  if (end === undefined) return undefined
  const pattern = text.slice(1, end)
  const command = text.slice(end + 1)
  const all = name.startsWith('g') && !name.endsWith('!') && /^(\^|\$|\.\*|\^\.\*\$?|)$/.test(pattern)
  return oneLine(all && /^\s*d(elete)?\s*$/.test(command) ? '%d' : command, found) ? '' : undefined
}
