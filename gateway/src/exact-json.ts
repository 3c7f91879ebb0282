import { randomBytes } from 'node:crypto'

/** Digits from which on an integer may be more than a double holds: 2^53 has 16. */
const LONG = 16
const ZERO = 48
const NINE = 57
/** Stands before digits while they are a string; nobody else can write it. */
const MARK = `${randomBytes(12).toString('hex')}:`
const MARKED = new RegExp(`"${MARK}(-?\\d+)"`, 'g')
/** An integer as JSON writes it, with no fraction or exponent. Making a bigint of very many digits takes long. */
const INTEGER = /(?<![\d.eE+-])-?[1-9]\d{15,99}(?![\d.eE])/g

/**
 * JSON.parse, but integers that a double cannot hold are bigints: keys and values of 64 bits (Long, BigInt, Snowflake ids)
 * pass through a gateway that has no use for them as they are. Throws as it does.
 */
export function parseExact(text: string): unknown {
  if (!mayHoldLong(text)) return JSON.parse(text)
  const marked = withMarks(text)
  const value: unknown = JSON.parse(marked)
  return marked.length === text.length ? value : unmarked(value)
}

/** JSON.stringify, also for what has bigints in it. */
export function exactText(value: unknown): string | undefined {
  try {
    return JSON.stringify(value) as string | undefined
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause
    const marking = (_: string, one: unknown) => (typeof one === 'bigint' ? `${MARK}${one}` : one)
    return JSON.stringify(value, marking).replace(MARKED, '$1')
  }
}

/** The same value with numbers where it has bigints, for who knows nothing of those. */
export function rounded<T>(value: T): T
export function rounded(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return mapped(value, rounded)
  const entries = Object.entries(value)
  const inner = mapped(
    entries.map(([, one]) => one as unknown),
    rounded,
  )
  if (inner.every((one, nth) => one === entries[nth]?.[1])) return value
  return Object.fromEntries(entries.map(([key], nth) => [key, inner[nth]]))
}

/** The list itself where nothing of it changes. */
function mapped(items: readonly unknown[], map: (item: unknown) => unknown): readonly unknown[] {
  const changed = items.map(map)
  return changed.every((one, nth) => one === items[nth]) ? items : changed
}

/** Looks at every 16th character: as many digits in a row cannot stand between. Fractions have as many and are none. */
function mayHoldLong(text: string): boolean {
  const { length } = text
  for (let at = LONG - 1; at < length; at += LONG) {
    if (!isDigit(text.charCodeAt(at))) continue
    let start = at
    while (start > 0 && isDigit(text.charCodeAt(start - 1))) start -= 1
    let end = at + 1
    while (end < length && isDigit(text.charCodeAt(end))) end += 1
    const before = start === 0 ? '' : text[start - 1]
    if (end - start >= LONG && before !== '.' && before !== '"') return true
    at = Math.max(at, end - LONG)
  }
  return false
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= NINE
}

/** Quotes the integers that a double cannot hold, those in strings excepted. */
function withMarks(text: string): string {
  let marked = ''
  let at = 0
  for (;;) {
    const quote = text.indexOf('"', at)
    const between = text.slice(at, quote < 0 ? text.length : quote)
    marked +=
      between.length < LONG
        ? between
        : between.replace(INTEGER, (digits) =>
            Number.isSafeInteger(Number(digits)) ? digits : `"${MARK}${digits}"`,
          )
    if (quote < 0) return marked
    const end = endOfString(text, quote)
    marked += text.slice(quote, end)
    at = end
  }
}

/** Where a string ends that begins at a quote: behind the next quote that no backslash escapes. */
function endOfString(text: string, quote: number): number {
  let end = quote
  for (;;) {
    end = text.indexOf('"', end + 1)
    if (end < 0) return text.length
    let slashes = 0
    while (text[end - 1 - slashes] === '\\') slashes += 1
    if (slashes % 2 === 0) return end + 1
  }
}

function unmarked(value: unknown): unknown {
  if (typeof value === 'string') return value.startsWith(MARK) ? BigInt(value.slice(MARK.length)) : value
  if (typeof value !== 'object' || value === null) return value
  const holder = value as Record<string | number, unknown>
  for (const key of Object.keys(holder)) {
    const inner = holder[key]
    const plain = unmarked(inner)
    // What is named __proto__ would be set as something else.
    if (plain !== inner) Object.defineProperty(holder, key, { ...PLAIN, value: plain })
  }
  return value
}

const PLAIN = { writable: true, enumerable: true, configurable: true } as const
