import { isKnown } from './value.js'
import type { Value } from './value.js'

/** Arguments told apart into options (with their values) and operands. */
export interface Options {
  /** Name without dashes → its values; a flag has none. */
  readonly given: ReadonlyMap<string, readonly Value[]>
  readonly operands: readonly Value[]
  /** An argument that may be an option is not known. */
  readonly dynamic: boolean
  /** Options are never abbreviated: those with one dash. */
  readonly exact: boolean
}

export interface OptionShape {
  /** Options that take a value as the next argument (or attached), without dashes. */
  readonly takes: ReadonlySet<string>
  /** `-name` is one long option, not a cluster: find, java, terraform. */
  readonly singleDash?: boolean
  /** Options end at the first operand: wrappers, ssh, docker exec. */
  readonly stopAtOperand?: boolean
}

export const NO_VALUES: OptionShape = { takes: new Set() }

/** Reads arguments the way getopt_long does. Unknown options count as flags. */
export function readOptions(args: readonly Value[], shape: OptionShape): Options {
  const given = new Map<string, Value[]>()
  const operands: Value[] = []
  let dynamic = false
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as Value
    const { text } = arg
    if (text === '--') {
      operands.push(...args.slice(i + 1))
      break
    }
    if (text.length < 2 || !text.startsWith('-')) {
      if (!isKnown(arg) && !/^[/.~]/.test(text)) dynamic = true
      operands.push(arg)
      if (shape.stopAtOperand === true) {
        operands.push(...args.slice(i + 1))
        break
      }
      continue
    }
    if (!isKnown(arg)) dynamic = true
    if (readOption(arg, args[i + 1], shape, given)) i++
  }
  return { given, operands, dynamic, exact: shape.singleDash === true }
}

/** True when the next argument was used as the option's value. */
function readOption(
  arg: Value,
  next: Value | undefined,
  shape: OptionShape,
  given: Map<string, Value[]>,
): boolean {
  const { text } = arg
  if (text.startsWith('--') || shape.singleDash === true) {
    const [, name = '', value] = /^--?([^=]*)(?:=([\s\S]*))?$/.exec(text) ?? []
    if (value !== undefined) put(given, name, { ...arg, text: value })
    else if (shape.takes.has(name) && next !== undefined) return put(given, name, next)
    else put(given, name, undefined)
    return false
  }
  for (let at = 1; at < text.length; at++) {
    const letter = text.charAt(at)
    if (!shape.takes.has(letter)) {
      put(given, letter, undefined)
      continue
    }
    const attached = text.slice(at + 1)
    if (attached !== '') put(given, letter, { ...arg, text: attached.replace(/^=/, '') })
    else if (next !== undefined) return put(given, letter, next)
    return false
  }
  return false
}

function put(given: Map<string, Value[]>, name: string, value: Value | undefined): true {
  const values = given.get(name) ?? []
  if (value !== undefined) values.push(value)
  given.set(name, values)
  return true
}

/** Was one of these options (without dashes) given? Long ones count when abbreviated, as getopt_long takes them. */
export function hasOption(options: Options, ...names: readonly string[]): boolean {
  for (const given of options.given.keys()) {
    for (const name of names) {
      if (given === name) return true
      if (!options.exact && given.length > 2 && name.length > 3 && name.startsWith(given)) return true
    }
  }
  return false
}

export function optionValues(options: Options, ...names: readonly string[]): Value[] {
  const values: Value[] = []
  for (const name of names) {
    const given = options.given.get(name)
    if (given !== undefined) values.push(...given)
  }
  return values
}
