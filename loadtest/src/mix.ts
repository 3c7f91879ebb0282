import { readFileSync } from 'node:fs'

import type { Decision } from '@lighthouse/contract/decision'

import { type Random, zipf } from './random.js'

/** What kind of command an agent submits. `query` is a dashboard's read, used by the demo only. */
export const CLASSES = ['safe', 'risky', 'complex'] as const
export type CommandClass = (typeof CLASSES)[number]
export type Shares = Readonly<Record<CommandClass, number>>

/** One line of a corpus. `{n}` in any text of the input is replaced by a number, so that inputs have variants. */
export interface CorpusLine {
  readonly toolName: string
  readonly toolInput: Readonly<Record<string, string>>
  /** Decisions that would be wrong whatever the policy says: the run's safety gate counts them. */
  readonly never?: readonly Decision[]
}
export type Corpus = Readonly<Record<CommandClass, readonly CorpusLine[]>>

export interface Command extends CorpusLine {
  readonly class: CommandClass
}

export interface MixOptions {
  readonly random: Random
  readonly corpus: Corpus
  /** Weights, not necessarily adding up to 1. */
  readonly shares: Shares
  /** Of the corpus lines: 0 is uniform, 1 is web-like. Default 0.9. */
  readonly zipfExponent?: number
  /** How many values `{n}` takes, also drawn by Zipf: the declared size of the working set. Default 50. */
  readonly variants?: number
}

/** Draws commands without end: a class by its share, a line of that class and a variant by Zipf. */
export function mix(options: MixOptions): () => Command {
  const { random, corpus, shares, zipfExponent = 0.9, variants = 50 } = options
  const total = CLASSES.reduce((sum, name) => sum + shares[name], 0)
  if (!(total > 0)) throw new Error(`the shares of a mix add up to ${total}; at least one must be above 0`)
  const variant = zipf(random, Math.max(1, variants), zipfExponent)
  const line = Object.fromEntries(
    CLASSES.map((name) => [name, zipf(random, corpus[name].length, zipfExponent)]),
  )
  return () => {
    const name = pickClass(random() * total, shares)
    const drawn = corpus[name][line[name]?.() ?? 0]
    if (!drawn) throw new Error(`the corpus has no ${name} commands`)
    return { ...drawn, class: name, toolInput: fill(drawn.toolInput, String(variant() + 1)) }
  }
}

function pickClass(at: number, shares: Shares): CommandClass {
  let sum = 0
  for (const name of CLASSES) {
    sum += shares[name]
    if (at < sum) return name
  }
  return 'complex'
}

function fill(input: CorpusLine['toolInput'], n: string): CorpusLine['toolInput'] {
  return Object.fromEntries(Object.entries(input).map(([key, text]) => [key, text.replaceAll('{n}', n)]))
}

/** Reads `safe.jsonl`, `risky.jsonl` and `complex.jsonl` of a folder; throws with file and line on a bad one. */
export function readCorpus(folder: URL = new URL('../corpus/', import.meta.url)): Corpus {
  const read = (name: CommandClass) => {
    const file = new URL(`${name}.jsonl`, folder)
    return readFileSync(file, 'utf8')
      .split('\n')
      .flatMap((text, index) => (text.trim() === '' ? [] : [readLine(text, `${name}.jsonl:${index + 1}`)]))
  }
  return { safe: read('safe'), risky: read('risky'), complex: read('complex') }
}

function readLine(text: string, where: string): CorpusLine {
  const line: unknown = JSON.parse(text)
  if (isCorpusLine(line)) return line
  throw new Error(`${where} is not {"toolName", "toolInput": {name: text}, "never"?}`)
}

function isCorpusLine(line: unknown): line is CorpusLine {
  if (typeof line !== 'object' || line === null) return false
  const { toolName, toolInput, never } = line as Record<string, unknown>
  const texts = typeof toolInput === 'object' && toolInput !== null ? Object.values(toolInput) : [undefined]
  return (
    typeof toolName === 'string' &&
    texts.every((text) => typeof text === 'string') &&
    (never === undefined || Array.isArray(never))
  )
}
