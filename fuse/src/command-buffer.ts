import { FsError } from './errno.js'

/** The longest command; past it write(2) is EMSGSIZE. */
const MAX_COMMAND_BYTES = 1024 * 1024
/** Programs with a buffer of their own cut a long document at multiples of this. */
const CUT_BYTES = 4_096

/**
 * Collects the writes of one handle until they are a command: one JSON object, with or without a newline behind it.
 * A shell tells nobody of an error at close(2), so what can be known to be wrong is thrown from write(2).
 */
export class CommandBuffer {
  #pieces: Buffer[] = []
  #length = 0
  #next = 0

  get isEmpty(): boolean {
    return this.#length === 0
  }

  clear(): void {
    this.#pieces = []
    this.#length = 0
  }

  /**
   * Takes one write and answers the command's text once it is complete, else undefined. Throws EMSGSIZE when it grows too
   * long, EINVAL for a gap, for a line that is not a JSON object, and for text that can no longer become one. The
   * buffer is empty after a throw and after an answer.
   */
  take(bytes: Buffer, offset: number): string | undefined {
    if (this.#length > 0 && offset !== this.#next) {
      this.clear()
      throw new FsError(
        'EINVAL',
        `a write at ${offset} does not follow the one before, which ended at ${this.#next}`,
      )
    }
    if (this.#length + bytes.length > MAX_COMMAND_BYTES) {
      this.clear()
      throw new FsError('EMSGSIZE', `a command is at most ${MAX_COMMAND_BYTES} bytes`, 'PAYLOAD_TOO_LARGE')
    }
    // The memory belongs to the kernel's request and is gone after it.
    this.#pieces.push(Buffer.from(bytes))
    this.#length += bytes.length
    this.#next = offset + bytes.length
    const mayBeCut = bytes.length % CUT_BYTES === 0
    return this.#complete(!mayBeCut && bytes.at(-1) === NEWLINE)
  }

  /** What is left when the writer closes: its text if that is a command, undefined if nothing is left; else EINVAL. */
  rest(): string | undefined {
    return this.#length === 0 ? undefined : this.#complete(true)
  }

  #complete(isLast: boolean): string | undefined {
    const text = Buffer.concat(this.#pieces).toString('utf8')
    const trimmed = text.trim()
    const looksWhole = trimmed.startsWith('{') && trimmed.endsWith('}')
    if (looksWhole && isJson(trimmed)) {
      this.clear()
      return trimmed
    }
    const mayGrow = trimmed === '' || trimmed.startsWith('{')
    if (mayGrow && !isLast) return undefined
    this.clear()
    if (trimmed === '') return undefined
    throw new FsError('EINVAL', `not a JSON object: ${trimmed.slice(0, 80)}`, 'BAD_USER_INPUT')
  }
}

const NEWLINE = 0x0a

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
