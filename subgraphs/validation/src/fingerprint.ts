import { hash } from 'node:crypto'
import type { ToolCall } from './understand.js'

/** Longer fingerprints are hashed: a text as it is costs a tenth of its digest, but is held as long as it is a key. */
const MAX_LENGTH = 320

/**
 * The key under which decisions are remembered in this process: canonical JSON (RFC 8785 as far as JSON values go: keys
 * sorted by code units) of everything that a decision depends on, or its SHA-256 when it is long. `scope` is what of the
 * caller the policy looks at. Throws for an input that nests deeper than MAX_NESTING.
 */
export function fingerprint(call: ToolCall, scope: string, policyVersion: string): string {
  const { toolName, toolInput, cwd = null, projectRoot = null } = call
  const input = relevantInput(toolName, toolInput)
  const who = `${quoted(policyVersion)},${quoted(scope)},${quoted(toolName)}`
  const text = `[${who},${canonical(input, 1)},${directory(cwd)},${directory(projectRoot)}]`
  return text.length > MAX_LENGTH ? hash('sha256', text) : text
}

/** The SHA-256 that a fingerprint is, or is the text of: what leaves this process tells nothing of what was asked. */
export function digestOf(key: string): string {
  return key.startsWith('[') ? hash('sha256', key) : key
}

/** What tells one tool call from another under the same requestId; '' for one that nests too deep. */
export function callKey(call: ToolCall): string {
  try {
    return digestOf(fingerprint(call, '', ''))
  } catch {
    return ''
  }
}

const MAX_NESTING = 64

/** A description for people changes nothing about what a command does; everything else might. */
function relevantInput(toolName: string, input: ToolCall['toolInput']): unknown {
  if (toolName !== 'Bash' || !('description' in input)) return input
  const { description: _, ...rest } = input
  return rest
}

/** Directories that are written differently and are the same. */
function directory(path: string | null): string {
  if (path === null) return 'null'
  return quoted(path.length > 1 && path.endsWith('/') ? path.replace(/\/+$/, '') || '/' : path)
}

/** A text as JSON. Most hold nothing that JSON writes otherwise, and a look at each character costs less than asking. */
function quoted(text: string): string {
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i)
    if (unit < 0x20 || unit === QUOTE || unit === BACKSLASH || unit > 0x7e) return JSON.stringify(text)
  }
  return `"${text}"`
}
const QUOTE = 0x22
const BACKSLASH = 0x5c

function canonical(value: unknown, depth: number): string {
  if (typeof value === 'string') return quoted(value)
  if (depth > MAX_NESTING) throw new RangeError(`The tool's input nests deeper than ${MAX_NESTING}.`)
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item, depth + 1)).join(',')}]`
  if (typeof value === 'object' && value !== null) {
    const keys = Object.keys(value)
    // Without an order of its own, sort compares by code units.
    if (keys.length > 1) keys.sort()
    let text = ''
    for (const key of keys) {
      const item = (value as Record<string, unknown>)[key]
      if (item === undefined) continue
      text += `${text === '' ? '' : ','}${quoted(key)}:${canonical(item, depth + 1)}`
    }
    return `{${text}}`
  }
  return JSON.stringify(value) ?? 'null'
}
