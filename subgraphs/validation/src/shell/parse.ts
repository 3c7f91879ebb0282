import { parse as parseBash } from 'unbash'
import type {
  Assignment,
  CommandNode,
  CompoundList,
  HereDoc,
  ParsedScript,
  PipelineNode,
  Redirection,
  Statement,
  SyntaxNode,
  TestExpression,
  Word as BashWord,
  WordPart,
} from 'unbash'
import type { Assign, Change, Node, Piece, Redirect, Script, Simple, Word } from './script.js'

/**
 * The one adapter around the parser: text in, reduced tree out. Never throws; what does not parse has `errors`.
 * Linear in the length of the text, which the caller has bounded.
 */
export function parse(source: string): Script {
  return scriptOf(parseBash(source))
}

function scriptOf(script: ParsedScript): Script {
  return {
    body: sequenceOf(script.commands),
    errors: script.errors === undefined ? [] : script.errors.map((error) => error.message),
  }
}

function sequenceOf(statements: readonly Statement[]): Node {
  const nodes = statements.map((statement) => {
    const node = nodeOf(statement.command)
    return statement.background === true ? ({ type: 'isolated', node, background: true } as const) : node
  })
  return nodes.length === 1 && nodes[0] !== undefined ? nodes[0] : { type: 'sequence', nodes }
}

function branchOf(statements: readonly Statement[], repeats = false): Node {
  return { type: 'branch', node: sequenceOf(statements), repeats }
}

function nodeOf(node: Statement['command'] | PipelineNode | CommandNode): Node {
  switch (node.type) {
    case 'Command':
      return simpleOf(node)
    case 'Pipeline': {
      const stages = node.commands.map(nodeOf)
      return stages.length === 1 && stages[0] !== undefined ? stages[0] : { type: 'pipeline', stages }
    }
    case 'AndOr':
      return andOr(node.commands.map(nodeOf), node.operators)
    case 'Redirected':
      return { type: 'redirected', node: nodeOf(node.command), redirects: node.redirects.map(redirectOf) }
    case 'If':
      return choiceOf(node)
    case 'For':
    case 'Select':
      return {
        type: 'loop',
        name: node.name.value,
        words: node.wordlist?.map(wordOf) ?? [variableWord('@')],
        body: branchOf(node.body.commands, true),
      }
    case 'While':
      return branchOf([...node.clause.commands, ...node.body.commands], true)
    case 'ArithmeticFor': {
      const head = expandedOnly([node.initialize, node.test, node.update])
      return sequence([head, branchOf(node.body.commands, true)])
    }
    case 'Subshell':
      return { type: 'isolated', node: sequenceOf(node.body.commands), background: false }
    case 'BraceGroup':
      return sequenceOf(node.body.commands)
    case 'Case':
      return sequence([
        { type: 'words', words: [wordOf(node.word)], pieces: [] },
        ...node.items.map((item) => branchOf(item.body.commands)),
      ])
    case 'TestCommand':
      return { type: 'words', words: testWords(node.expression), pieces: [] }
    case 'ArithmeticCommand':
      return expandedOnly([node.expression])
    case 'Function':
      return {
        type: 'function',
        name: node.name.value,
        body: blockOf(node.body),
      }
    case 'Coproc':
      return {
        type: 'isolated',
        background: true,
        node: blockOf(node.body),
      }
    default:
      return unreachable(node)
  }
}

function simpleOf(node: Extract<CommandNode, { type: 'Command' }>): Simple {
  return {
    type: 'simple',
    assigns: node.prefix.filter((item) => item.type === 'Assignment').map(assignOf),
    words: wordsOf(node),
    redirects: node.redirects.map(redirectOf),
    start: node.pos,
    end: node.end,
  }
}

function wordsOf({ name, args }: Extract<CommandNode, { type: 'Command' }>): Word[] {
  const words = name === undefined ? [] : [wordOf(name)]
  for (const argument of args) words.push(argumentOf(argument))
  return words
}

function choiceOf(node: Extract<Statement['command'], { type: 'If' }>): Node {
  return sequence([
    sequenceOf(node.clause.commands),
    branchOf(node.then.commands),
    ...node.elif.flatMap((elif) => [branchOf(elif.clause.commands), branchOf(elif.then.commands)]),
    ...(node.else ? [branchOf(node.else.commands)] : []),
  ])
}

function blockOf(body: CompoundList | Statement['command']): Node {
  return body.type === 'CompoundList' ? sequenceOf(body.commands) : nodeOf(body)
}

function unreachable(node: never): Node {
  return { type: 'words', words: [], pieces: [{ kind: 'opaque', words: [], scripts: [node] }] }
}

function sequence(nodes: readonly Node[]): Node {
  return { type: 'sequence', nodes }
}

/**
 * `a && b` runs b after a; what stands behind `||` may not run, so it is a branch of its own. All of it may stop at
 * any command; only an assignment that it begins with is made for certain.
 */
function andOr(nodes: readonly Node[], operators: readonly string[]): Node {
  const steps = nodes.map(
    (node, i): Node => (operators[i - 1] === '||' ? { type: 'branch', node, repeats: false } : node),
  )
  const [first, ...rest] = steps
  if (first?.type === 'simple' && first.words.length === 0)
    return sequence([first, { type: 'branch', repeats: false, node: sequence(rest) }])
  return { type: 'branch', repeats: false, node: sequence(steps) }
}

function expandedOnly(expressions: readonly (SyntaxNode | undefined)[]): Node {
  const found: Piece[] = []
  for (const expression of expressions) if (expression !== undefined) collect(expression, found)
  return { type: 'words', words: [], pieces: found }
}

/** Every command substitution below an arithmetic expression, wherever it hides. */
function collect(node: SyntaxNode, into: Piece[]): void {
  switch (node.type) {
    case 'ArithmeticBinary':
      collect(node.left, into)
      collect(node.right, into)
      return
    case 'ArithmeticUnary':
      collect(node.operand, into)
      return
    case 'ArithmeticTernary':
      for (const part of [node.test, node.consequent, node.alternate]) collect(part, into)
      return
    case 'ArithmeticGroup':
      collect(node.expression, into)
      return
    case 'ArithmeticCommandExpansion':
      into.push(commandPiece(node.script, true))
      return
    case 'ArithmeticWord':
      for (const part of node.parts ?? []) into.push(...piecesOf(part, true))
      return
    default:
  }
}

function testWords(expression: TestExpression): Word[] {
  switch (expression.type) {
    case 'TestUnary':
      return [wordOf(expression.operand)]
    case 'TestBinary':
      return [wordOf(expression.left), wordOf(expression.right)]
    case 'TestLogical':
      return expression.operands.flatMap(testWords)
    case 'TestNot':
      return testWords(expression.operand)
    case 'TestGroup':
      return testWords(expression.expression)
    default:
      return []
  }
}

function assignOf(assignment: Assignment): Assign {
  const { index, value } = assignment
  const values = value.type === 'ArrayValue' ? value.elements.map(wordOf) : [wordOf(value)]
  return {
    name: assignment.name,
    append: assignment.append === true,
    array: value.type === 'ArrayValue' || index !== undefined,
    words: values,
    index: index === undefined ? undefined : wordOf(index),
  }
}

/** `export a=b` has an assignment where others have a word: to the command it is the word `a=b`. */
function argumentOf(argument: BashWord | Assignment): Word {
  if (argument.type === 'Word') return wordOf(argument)
  const { words, name } = assignOf(argument)
  const pieces: Piece[] = [{ kind: 'text', text: `${name}=`, quoted: true }]
  for (const word of words) pieces.push(...word.pieces)
  return { pieces, source: argument.text, braces: false }
}

function redirectOf(redirect: Redirection): Redirect {
  const fd = redirect.descriptor?.type === 'FileDescriptor' ? redirect.descriptor.value : undefined
  if (redirect.type === 'HereDoc') {
    return { operator: redirect.operator, fd, target: undefined, body: bodyOf(redirect) }
  }
  const word = redirect.target && wordOf(redirect.target)
  if (redirect.type === 'HereString') return { operator: '<<<', fd, target: undefined, body: word }
  return { operator: redirect.operator, fd, target: word, body: undefined }
}

function bodyOf(document: HereDoc): Word {
  const { parts, text } = document.body
  const pieces: Piece[] =
    document.delimiter?.quoted === true || parts === undefined
      ? [{ kind: 'text', text, quoted: true }]
      : parts.flatMap((part) => piecesOf(part, true))
  return { pieces, source: text, braces: false }
}

function wordOf(word: BashWord): Word {
  const { parts } = word
  if (parts === undefined) {
    // A bare word: only a backslash keeps its meaning from being plain text.
    return { pieces: literalPieces(word.text, word.value), source: word.text, braces: false }
  }
  return {
    pieces: piecesIn(parts, false),
    source: word.text,
    braces: parts.some((part) => part.type === 'BraceExpansion'),
  }
}

/** A backslash quotes what follows it: a home directory before it is still one. */
function literalPieces(source: string, value: string): Piece[] {
  if (source === value) return [{ kind: 'text', text: value, quoted: false }]
  const home = /^~[\w.-]*(?=\/)/.exec(source)?.[0] ?? ''
  const rest: Piece = { kind: 'text', text: value.slice(home.length), quoted: true }
  return home === ''
    ? [rest]
    : [
        { kind: 'text', text: `${home}/`, quoted: false },
        { ...rest, text: rest.text.slice(1) },
      ]
}

/** Most words have one part. */
function piecesIn(parts: readonly WordPart[], quoted: boolean): Piece[] {
  const [only] = parts
  if (only !== undefined && parts.length === 1) return piecesOf(only, quoted)
  return parts.flatMap((part) => piecesOf(part, quoted))
}

function piecesOf(part: WordPart, quoted: boolean): Piece[] {
  switch (part.type) {
    case 'Literal':
      return quoted ? [{ kind: 'text', text: part.value, quoted }] : literalPieces(part.text, part.value)
    case 'SingleQuoted':
    case 'AnsiCQuoted':
      return [{ kind: 'text', text: part.value, quoted: true }]
    case 'DoubleQuoted':
    case 'LocaleString':
      return part.parts.length === 0 ? [{ kind: 'text', text: '', quoted: true }] : piecesIn(part.parts, true)
    case 'Glob':
    case 'ExtendedGlob':
      return quoted ? [{ kind: 'text', text: part.text, quoted }] : [{ kind: 'glob', text: part.text }]
    case 'BraceExpansion':
      return [{ kind: 'text', text: part.text, quoted }]
    case 'SimpleExpansion':
      return [{ kind: 'variable', name: part.text.slice(1), quoted }]
    case 'ParameterExpansion': {
      const { operation, index, prefix } = part
      if (prefix === '!' && operation === undefined && index === undefined)
        return [{ kind: 'variable', name: part.parameter, quoted, change: INDIRECT }]
      if (prefix !== undefined)
        return [{ kind: 'opaque', words: [variableWord(part.parameter)], scripts: [] }]
      if (operation === undefined && index === undefined) {
        return [{ kind: 'variable', name: part.parameter, quoted }]
      }
      if (operation === undefined && (index?.value === '@' || index?.value === '*')) {
        return [{ kind: 'variable', name: part.parameter, quoted, all: index.value === '@' }]
      }
      const words = [...operationWords(operation), ...(index === undefined ? [] : [wordOf(index)])]
      if (operation === undefined || index !== undefined) return [{ kind: 'opaque', words, scripts: [] }]
      const operator = 'operator' in operation ? operation.operator : '?'
      return [{ kind: 'variable', name: part.parameter, quoted, change: { operator, words } }]
    }
    case 'CommandExpansion':
      return [commandPiece(part.script, quoted)]
    case 'ProcessSubstitution':
      return [
        part.script === undefined
          ? { kind: 'opaque', words: [], scripts: [BROKEN] }
          : { kind: 'process', script: scriptOf(part.script), operator: part.operator },
      ]
    case 'ArithmeticExpansion': {
      const found: Piece[] = []
      if (part.expression !== undefined) collect(part.expression, found)
      const scripts = found.flatMap((piece) => (piece.kind === 'command' ? [piece.script] : []))
      return [{ kind: 'opaque', words: [], scripts }]
    }
    default:
      return [{ kind: 'opaque', words: [], scripts: [BROKEN] }]
  }
}

/** `${!x}`: the variable whose name x holds. */
const INDIRECT: Change = { operator: '!', words: [] }

const BROKEN: Script = {
  body: { type: 'sequence', nodes: [] },
  errors: ['a substitution that does not parse'],
}

function commandPiece(script: ParsedScript | undefined, quoted: boolean): Piece {
  return { kind: 'command', script: script === undefined ? BROKEN : scriptOf(script), quoted }
}

function operationWords(operation: object | undefined): Word[] {
  if (operation === undefined) return []
  return ['operand', 'pattern', 'replacement', 'offset', 'length'].flatMap((key) => {
    const word = (operation as Record<string, BashWord | undefined>)[key]
    return word === undefined ? [] : [wordOf(word)]
  })
}

function variableWord(name: string): Word {
  return { pieces: [{ kind: 'variable', name, quoted: true }], source: `"$${name}"`, braces: false }
}
