/** Stands for what cannot be known here; NUL cannot occur in a word of a real command. */
export const UNKNOWN = '\u0000'

/** Where a value came from, as bits, so that it follows the value through variables and pipes. */
export const TAINT = {
  /** Bytes that came over the network. */
  network: 1,
  /** Text that was decoded (base64, hex, rot13, …): what it says was hidden. */
  decoded: 2,
  /** Text that holds credentials. */
  secret: 4,
  /** From the environment or an argument: nothing in this script says what it is. */
  environment: 8,
  /** Contents of a file. */
  file: 16,
  /** Bytes that say nothing: zeroes, or as chance has it. */
  noise: 32,
  /** Every variable of the environment with what it holds. */
  variables: 64,
} as const

/** The longest text that is evaluated; anything longer is unknown, so that `x=$x$x` stays bounded. */
export const MAX_TEXT = 8_192

export interface Value {
  /** The text, with UNKNOWN where a part is not known. */
  readonly text: string
  readonly taint: number
  /** Holds an unquoted `*`, `?` or `[…]`: stands for any number of names. */
  readonly glob: boolean
}

export interface Stream {
  /** All of the text when it is known, else undefined. */
  readonly text: string | undefined
  readonly taint: number
  /** What is known of the text when not all of it is. */
  readonly parts?: string | undefined
  /** The text is names of files below these directories: not known one by one, but where they lie is. */
  readonly below?: readonly string[] | undefined
  /** The text is one word that stands for any number of names. */
  readonly pattern?: Value | undefined
}

/** Stands for the names that a stream prints, when it is known where they lie: `?*` is some of a directory. */
export function namesIn({ below, taint }: Stream): Value[] | undefined {
  return below?.map((root) => ({ text: `${root.replace(/\/$/, '')}/?*`, taint, glob: true }))
}

export function literal(text: string): Value {
  return text.length > MAX_TEXT ? unknown() : { text, taint: 0, glob: false }
}

export function unknown(taint = 0): Value {
  return { text: UNKNOWN, taint, glob: false }
}

export function isKnown(value: Value): boolean {
  return !value.text.includes(UNKNOWN)
}

/** The text that a value is known to start with. */
export function knownPrefix(text: string): string {
  const end = text.indexOf(UNKNOWN)
  return end === -1 ? text : text.slice(0, end)
}

/** Where any of them came from. */
export function taintOf(values: readonly Value[]): number {
  let taint = 0
  for (const value of values) taint |= value.taint
  return taint
}

export function join(values: readonly Value[], separator = ' '): Value {
  const taint = taintOf(values)
  const text = values.map((value) => value.text).join(separator)
  return { text: text.length > MAX_TEXT ? UNKNOWN : text, taint, glob: values.some((value) => value.glob) }
}
