import { isKnown } from './value.js'
import type { Value } from './value.js'
import { runText } from './walk.js'
import type { Walk } from './walk.js'

/** Builtins that evaluate what they are given as arithmetic, or as the name of a variable, whose index is arithmetic. */
const EVALUATES = new Set(
  'let test [ [[ printf declare typeset local export readonly unset read mapfile readarray wait getopts expr'.split(
    ' ',
  ),
)
const INDEX = /\w\[[^\]]*?(?:\$\(|`)([\s\S]*?)(?:\)|`)/

/** The shell runs substitutions in the index of a variable even when the text was quoted: `let 'a[$(cmd)]=1'`. */
export function noteIndices(name: string, args: readonly Value[], walk: Walk): void {
  if (EVALUATES.has(name)) for (const arg of args) noteIndex(arg, walk)
}

export function noteIndex({ text }: Value, walk: Walk): void {
  if (!text.includes('[')) return
  const code = INDEX.exec(text)?.[1]
  if (code === undefined) return
  walk.findings.note('execute', 'option', `an index that runs ${code}`)
  if (isKnown({ text: code, taint: 0, glob: false })) runText(code, walk, undefined)
}
