/** Longer strings are searched and written by the engine, which costs something to call and then is faster. */
const SHORT = 48
/** What JSON does not take as it is: quotes, backslashes, control characters, and surrogates that may stand alone. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what JSON escapes
const ESCAPED = /["\\\u0000-\u001f\ud800-\udfff]/
const QUOTE = 34
const FIRST_BYTES = 16_384
/** A buffer up to this size is kept for the next answer. */
const MAX_KEPT_BYTES = 1_048_576
/** Shared parts can make an answer far longer than the data it is made of. */
const MAX_BYTES = 268_435_456

let spare: Buffer | undefined

/**
 * JSON text while it is written, as bytes: what is written can be taken back, and written again elsewhere without being
 * made again, and nothing of it is an object that has to be collected. One is open at a time on its thread.
 */
export class Sink {
  #bytes: Buffer
  #isAscii = true
  /** Where the next byte goes. */
  at = 0

  constructor() {
    this.#bytes = spare ?? Buffer.allocUnsafeSlow(FIRST_BYTES)
    spare = undefined
  }

  /** Bytes of JSON text that is constant. */
  constant(bytes: Uint8Array): void {
    this.#ensure(bytes.length)
    const own = this.#bytes
    let at = this.at
    for (let i = 0; i < bytes.length; i++) own[at++] = bytes[i] as number
    this.at = at
  }

  byte(code: number): void {
    this.#ensure(1)
    this.#bytes[this.at++] = code
  }

  /** JSON text that may hold any character. */
  text(json: string): void {
    this.#ensure(json.length * 3)
    const written = this.#bytes.write(json, this.at, 'utf8')
    if (written !== json.length) this.#isAscii = false
    this.at += written
  }

  number(value: number): void {
    const text = `${value}`
    this.#ensure(text.length)
    const own = this.#bytes
    for (let i = 0; i < text.length; i++) own[this.at++] = text.charCodeAt(i)
  }

  /** A string as JSON text, the same that JSON.stringify gives. */
  string(value: string): void {
    const { length } = value
    if (length > SHORT) {
      this.#long(value)
      return
    }
    this.#ensure(length + 2)
    const own = this.#bytes
    let at = this.at
    own[at++] = QUOTE
    for (let i = 0; i < length; i++) {
      const code = value.charCodeAt(i)
      if (code < 32 || code > 126 || code === QUOTE || code === 92) {
        this.text(JSON.stringify(value))
        return
      }
      own[at++] = code
    }
    own[at++] = QUOTE
    this.at = at
  }

  /** Writes again what was written from `start` to `end`. */
  again(start: number, end: number): void {
    this.#ensure(end - start)
    this.#bytes.copyWithin(this.at, start, end)
    this.at += end - start
  }

  /** All that was written. The sink must not be used any more. */
  close(): string {
    const text = this.#bytes.toString(this.#isAscii ? 'latin1' : 'utf8', 0, this.at)
    if (this.#bytes.length <= MAX_KEPT_BYTES) spare = this.#bytes
    return text
  }

  #long(value: string): void {
    if (ESCAPED.test(value)) {
      this.text(JSON.stringify(value))
      return
    }
    this.byte(QUOTE)
    this.text(value)
    this.byte(QUOTE)
  }

  #ensure(more: number): void {
    if (this.at + more <= this.#bytes.length) return
    const size = Math.max(this.#bytes.length * 2, this.at + more)
    if (size > MAX_BYTES) throw new RangeError(`An answer is longer than ${MAX_BYTES} bytes.`)
    const larger = Buffer.allocUnsafeSlow(size)
    this.#bytes.copy(larger, 0, 0, this.at)
    this.#bytes = larger
  }
}
