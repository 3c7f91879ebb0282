import { MAX_COMMAND_BYTES } from '../shell/effects.js'
import { parse } from '../shell/parse.js'
import { commandOf } from '../understand.js'
import type { ToolCall } from '../understand.js'
import type { TreeNode } from './explanation.js'

/** Most nodes that are shown; what is beyond them is named, not shown. */
const MAX_NODES = 400
const MAX_TEXT = 200

/** How a shell command was read, for people: commands within commands, also within words. Null for other tools. */
export function parseTree(call: ToolCall): TreeNode | null {
  const command = commandOf(call)
  if (command === undefined || Buffer.byteLength(command) > MAX_COMMAND_BYTES) return null
  const { body, errors } = parse(command)
  const children = treesIn(body, { text: command, left: MAX_NODES })
  return { type: errors.length === 0 ? 'script' : 'unparsable', children }
}

/** What people call it, where the parser has a word of its own. */
const NAMES: Readonly<Record<string, string>> = { simple: 'command', words: 'test', isolated: 'subshell' }

interface Reading {
  readonly text: string
  left: number
}

/** Nodes of the parser have a type; whatever holds some (words, redirections, branches) is looked through. */
function treesIn(value: unknown, reading: Reading): TreeNode[] {
  if (typeof value !== 'object' || value === null) return []
  if (Array.isArray(value)) return value.flatMap((one) => treesIn(one, reading))
  const found = value as Record<string, unknown>
  if (typeof found['type'] !== 'string') return Object.values(found).flatMap((one) => treesIn(one, reading))
  reading.left -= 1
  if (reading.left < 0) return reading.left === -1 ? [{ type: 'more', children: [] }] : []
  const { type: kind, start, end, ...rest } = found
  const type = NAMES[String(kind)] ?? String(kind)
  const children = Object.values(rest).flatMap((one) => treesIn(one, reading))
  if (typeof start !== 'number' || typeof end !== 'number') return [{ type, children }]
  const text = reading.text.slice(start, end).slice(0, MAX_TEXT)
  return [{ type, text, span: { start, end }, children }]
}
