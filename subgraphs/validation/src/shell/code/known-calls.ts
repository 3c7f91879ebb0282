import { quote } from '../quote.js'
import type { Language, Token } from './tokens.js'

/** What code asks of others in so many words: commands, addresses of this machine, statements. */
export interface KnownCalls {
  readonly tokens: Token[]
  /** Commands, as a shell would be given them. */
  readonly runs: readonly string[]
  readonly fetches: readonly string[]
  readonly statements: readonly string[]
  readonly reads: readonly string[]
}

interface Taking {
  readonly tokens: readonly Token[]
  readonly runs: string[]
  readonly fetches: string[]
  readonly statements: string[]
  readonly reads: string[]
  /** Modules by the words that code knows them by, looked for once. */
  aliases?: ReadonlyMap<string, string>
}

/** Stands for the value of a call that was taken out. */
const VALUE: Token = { kind: 'number', text: '0' }
const LOCAL = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?(\/|$)/

/**
 * Takes calls out of code whose every argument is a literal, so that what they do is judged by what it is. What is
 * put together from several stays, and is no plain code.
 */
export function takeKnownCalls(tokens: readonly Token[], language: Language): KnownCalls {
  const taking: Taking = { tokens, runs: [], fetches: [], statements: [], reads: [] }
  const take = language === 'python' ? takePython : language === 'javascript' ? takeJavascript : undefined
  if (take === undefined) return { ...taking, tokens: [...tokens] }
  const left: Token[] = []
  for (let i = 0; i < tokens.length; ) {
    const end = take(taking, i)
    if (end === undefined) left.push(tokens[i++] as Token)
    else {
      if (end.value) left.push(VALUE)
      i = end.at
    }
  }
  return { ...taking, tokens: left }
}

interface Taken {
  readonly at: number
  /** Something stands in its place; an import leaves nothing. */
  readonly value: boolean
}

function textAt({ tokens }: Taking, i: number): string {
  const token = tokens[i]
  return token === undefined || token.kind === 'string' ? '' : token.text
}

function literalAt({ tokens }: Taking, i: number): string | undefined {
  const token = tokens[i]
  return token?.kind === 'string' && !/[\\{}]/.test(token.text) ? token.text : undefined
}

/** `["git", "status"]`: the texts, and where the list ends. */
function listAt(taking: Taking, open: number): { texts: string[]; end: number } | undefined {
  if (textAt(taking, open) !== '[') return undefined
  const texts: string[] = []
  for (let i = open + 1; i < open + 64; i++) {
    const text = literalAt(taking, i)
    if (textAt(taking, i) === ']') return texts.length === 0 ? undefined : { texts, end: i + 1 }
    if (text !== undefined) texts.push(text)
    else if (textAt(taking, i) !== ',') return undefined
  }
  return undefined
}

/** A command as one text or as a list of words. */
function commandAt(taking: Taking, i: number): { text: string; end: number } | undefined {
  const text = literalAt(taking, i)
  if (text !== undefined) return { text, end: i + 1 }
  const list = listAt(taking, i)
  return list === undefined ? undefined : { text: quote(list.texts), end: list.end }
}

const PYTHON_HOW =
  /^(capture_output|text|check|shell|universal_newlines|encoding|timeout|stdout|stderr|errors|bufsize)$/
const PYTHON_RUNS = /^(run|check_output|check_call|call|getoutput)$/
const PYTHON_MODULES = /^(subprocess|sqlite3|requests|httpx)$/

/** Named arguments that say how, up to the bracket that closes the call. */
function namedUpTo(taking: Taking, from: number, names: RegExp): number | undefined {
  let i = from
  while (textAt(taking, i) === ',') {
    if (!names.test(textAt(taking, i + 1)) || textAt(taking, i + 2) !== '=') return undefined
    i += 3
    if (/^(subprocess|sp|s)$/.test(textAt(taking, i)) && textAt(taking, i + 1) === '.') {
      if (!/^(PIPE|DEVNULL|STDOUT)$/.test(textAt(taking, i + 2))) return undefined
      i += 3
    } else if (literalAt(taking, i) !== undefined || /^(True|False|None|[\d.]+)$/.test(textAt(taking, i)))
      i += 1
    else return undefined
  }
  return textAt(taking, i) === ')' ? i + 1 : undefined
}

/** `import subprocess as s`: the module that a word stands for. */
function moduleOf(taking: Taking, word: string): string | undefined {
  return aliasesOf(taking).get(word)
}

function aliasesOf(taking: Taking): ReadonlyMap<string, string> {
  if (taking.aliases !== undefined) return taking.aliases
  const found = new Map<string, string>()
  for (let i = 0; i < taking.tokens.length; i++) {
    if (textAt(taking, i) !== 'import') continue
    const { path, last } = importedAt(taking, i)
    found.set(textAt(taking, last + 1) === 'as' ? textAt(taking, last + 2) : path, path)
  }
  return (taking.aliases = found)
}

/** What an `import` at i names, and the last token of it. */
function importedAt(taking: Taking, i: number): { path: string; last: number } {
  let last = i + 1
  let path = textAt(taking, last)
  while (textAt(taking, last + 1) === '.') {
    path += `.${textAt(taking, last + 2)}`
    last += 2
  }
  return { path, last }
}

function takePython(taking: Taking, i: number): Taken | undefined {
  const word = textAt(taking, i)
  if (word === 'import') return takePythonImport(taking, i)
  // `s.run(…)`, `urllib.request.urlopen(…)`: the path of names, then the call.
  let at = i
  let path = word
  while (textAt(taking, at + 1) === '.' && taking.tokens[at + 2]?.kind === 'name') {
    at += 2
    if (textAt(taking, at + 1) === '(') break
    path += `.${textAt(taking, at)}`
  }
  const call = textAt(taking, at)
  if (at === i || textAt(taking, at + 1) !== '(' || textAt(taking, i - 1) === '.')
    return takeStatement(taking, i)
  const open = at + 2
  if (PYTHON_RUNS.test(call) && moduleOf(taking, path) === 'subprocess') {
    const command = commandAt(taking, open)
    const end = command && namedUpTo(taking, command.end, PYTHON_HOW)
    if (command === undefined || end === undefined) return undefined
    taking.runs.push(command.text)
    return { at: end, value: true }
  }
  const asks =
    (call === 'urlopen' && moduleOf(taking, path) === 'urllib.request') ||
    (/^(get|head)$/.test(call) && /^(requests|httpx)$/.test(moduleOf(taking, path) ?? ''))
  const address = asks ? literalAt(taking, open) : undefined
  if (address !== undefined && LOCAL.test(address)) {
    const end = namedUpTo(taking, open + 1, /^timeout$/)
    if (end === undefined) return undefined
    taking.fetches.push(address)
    return { at: end, value: true }
  }
  if (call === 'connect' && moduleOf(taking, path) === 'sqlite3') {
    const file = literalAt(taking, open)
    if (file === undefined || textAt(taking, open + 1) !== ')') return undefined
    if (file !== ':memory:') taking.reads.push(file)
    return { at: open + 2, value: true }
  }
  return undefined
}

/** `.execute("select …")` after a database was opened: the statement is judged by itself. */
function takeStatement(taking: Taking, i: number): Taken | undefined {
  if (textAt(taking, i) !== '.' || textAt(taking, i + 1) !== 'execute' || textAt(taking, i + 2) !== '(')
    return undefined
  const statement = literalAt(taking, i + 3)
  if (
    statement === undefined ||
    textAt(taking, i + 4) !== ')' ||
    ![...aliasesOf(taking).values()].includes('sqlite3')
  )
    return undefined
  taking.statements.push(statement)
  return { at: i + 5, value: false }
}

/** Imports of modules that are only used by calls that are taken out: any other use meets an unknown name. */
function takePythonImport(taking: Taking, i: number): Taken | undefined {
  if (i > 0 && textAt(taking, i - 1) !== ';') return undefined
  const { path, last } = importedAt(taking, i)
  if (!PYTHON_MODULES.test(path) && path !== 'urllib.request') return undefined
  const at = last + (textAt(taking, last + 1) === 'as' ? 3 : 1)
  // `import subprocess, sys`: what follows is imported still.
  return textAt(taking, at) === ',' ? undefined : { at, value: false }
}

const NODE_RUNS = /^(execSync|execFileSync|spawnSync)$/
const PROCESSES = /^(node:)?child_process$/

function takeJavascript(taking: Taking, i: number): Taken | undefined {
  const word = textAt(taking, i)
  if (/^(const|let|var)$/.test(word)) return takeRequired(taking, i)
  if (word === 'import' && textAt(taking, i + 1) === '{') return takeImported(taking, i)
  // `require("child_process").execSync(…)`
  if (word === 'require' && PROCESSES.test(literalAt(taking, i + 2) ?? '') && textAt(taking, i + 4) === '.')
    return takeNodeRun(taking, i + 5)
  if (NODE_RUNS.test(word) && textAt(taking, i - 1) !== '.') return takeNodeRun(taking, i)
  if (word === 'require' && textAt(taking, i + 1) === '.' && textAt(taking, i + 2) === 'resolve')
    return literalAt(taking, i + 4) !== undefined && textAt(taking, i + 5) === ')'
      ? { at: i + 6, value: true }
      : undefined
  if (word === 'fetch' && textAt(taking, i + 1) === '(' && textAt(taking, i - 1) !== '.') {
    const address = literalAt(taking, i + 2)
    if (address === undefined || !LOCAL.test(address) || textAt(taking, i + 3) !== ')') return undefined
    taking.fetches.push(address)
    return { at: i + 4, value: true }
  }
  return undefined
}

function takeNodeRun(taking: Taking, i: number): Taken | undefined {
  if (!NODE_RUNS.test(textAt(taking, i)) || textAt(taking, i + 1) !== '(') return undefined
  const first = literalAt(taking, i + 2)
  if (first === undefined) return undefined
  let at = i + 3
  let text = first
  const list = textAt(taking, at) === ',' ? listAt(taking, at + 1) : undefined
  if (list !== undefined) {
    text = `${first} ${quote(list.texts)}`
    at = list.end
  }
  if (textAt(taking, at) === ',' && textAt(taking, at + 1) === '{') {
    at += 2
    while (textAt(taking, at) !== '}') {
      const plain =
        /^(encoding|stdio|timeout|maxBuffer)$/.test(textAt(taking, at)) && textAt(taking, at + 1) === ':'
      if (!plain || (literalAt(taking, at + 2) === undefined && !/^[\d_]+$/.test(textAt(taking, at + 2))))
        return undefined
      at += textAt(taking, at + 3) === ',' ? 4 : 3
    }
    at += 1
  }
  if (textAt(taking, at) !== ')') return undefined
  taking.runs.push(text)
  return { at: at + 1, value: true }
}

/** `const { execSync } = require("child_process")`: any other use than a call that is taken out is no plain code. */
function takeRequired(taking: Taking, i: number): Taken | undefined {
  if (
    textAt(taking, i + 1) !== '{' ||
    textAt(taking, i + 3) !== '}' ||
    !NODE_RUNS.test(textAt(taking, i + 2))
  )
    return undefined
  const required =
    textAt(taking, i + 4) === '=' && textAt(taking, i + 5) === 'require' && textAt(taking, i + 6) === '('
  if (!required || !PROCESSES.test(literalAt(taking, i + 7) ?? '') || textAt(taking, i + 8) !== ')')
    return undefined
  return { at: i + 9, value: false }
}

function takeImported(taking: Taking, i: number): Taken | undefined {
  const named =
    NODE_RUNS.test(textAt(taking, i + 2)) && textAt(taking, i + 3) === '}' && textAt(taking, i + 4) === 'from'
  return named && PROCESSES.test(literalAt(taking, i + 5) ?? '') ? { at: i + 6, value: false } : undefined
}
