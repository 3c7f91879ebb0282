/** One HTTP/1.1 answer. */
export interface Answer {
  readonly status: number
  readonly body: Buffer
  /** False when the server closes the connection after this answer. */
  readonly keepAlive: boolean
  /** How long the server says that it keeps an idle connection; undefined when it does not say. */
  readonly idleMs: number | undefined
}

/** Most bytes of a status line with headers, of a chunk-size line with extensions, and of a body. */
const MAX_HEAD_BYTES = 32_768
const MAX_LINE_BYTES = 1_024
const MAX_BODY_BYTES = 16 * 1_048_576

type State =
  | 'head'
  | 'length'
  | 'chunk-size'
  | 'chunk'
  | 'chunk-end'
  | 'trailer'
  | 'until-close'
  | 'closed'
  | 'broken'

const EMPTY = Buffer.alloc(0)

/**
 * Reads HTTP/1.1 answers to requests other than HEAD from the pieces in which a socket delivers them: content-length,
 * chunked with extensions and trailers, or until the connection closes (RFC 9112 §6 and §7). Interim 1xx answers are
 * skipped. `feed` throws on anything else, or past 32 KB of headers or 16 MB of body; the connection is then useless.
 */
export class HttpParser {
  readonly #onAnswer: (answer: Answer) => void
  #state: State = 'head'
  #rest: Buffer = EMPTY
  #parts: Buffer[] = []
  #bodyBytes = 0
  #left = 0
  #status = 0
  #keepAlive = true
  #idleMs: number | undefined

  constructor(onAnswer: (answer: Answer) => void) {
    this.#onAnswer = onAnswer
  }

  feed(piece: Buffer): void {
    this.#rest = this.#rest.length === 0 ? piece : Buffer.concat([this.#rest, piece])
    try {
      while (this.#step()) {
        // Each step takes from the rest until it needs more.
      }
    } catch (error) {
      this.#state = 'broken'
      throw error
    }
  }

  /** The connection ended. True when that ends the answer being read, or nothing was being read. */
  end(): boolean {
    if (this.#state === 'until-close') {
      this.#keepAlive = false
      this.#finish()
      return true
    }
    return this.#state === 'head' && this.#rest.length === 0
  }

  #step(): boolean {
    switch (this.#state) {
      case 'head':
        return this.#head()
      case 'length':
      case 'chunk':
        return this.#take()
      case 'chunk-size':
        return this.#chunkSize()
      case 'chunk-end':
        return this.#chunkEnd()
      case 'trailer':
        return this.#trailer()
      case 'until-close':
        this.#keep(this.#rest)
        this.#rest = EMPTY
        return false
      case 'closed':
        // What follows an answer with `connection: close` belongs to nobody.
        this.#rest = EMPTY
        return false
      case 'broken':
        throw new Error('this connection already carried something that is not HTTP/1.1')
    }
  }

  #head(): boolean {
    const end = this.#rest.indexOf('\r\n\r\n')
    if (end < 0) {
      if (this.#rest.length > MAX_HEAD_BYTES) throw new Error(`answer head is over ${MAX_HEAD_BYTES} bytes`)
      return false
    }
    const [statusLine = '', ...lines] = this.#rest.toString('latin1', 0, end).split('\r\n')
    this.#rest = this.#rest.subarray(end + 4)
    const match = /^HTTP\/1\.([01]) (\d{3})(?: |$)/.exec(statusLine)
    if (!match) throw new Error(`not an HTTP/1.1 status line: ${JSON.stringify(statusLine.slice(0, 80))}`)
    this.#status = Number(match[2])
    if (this.#status >= 100 && this.#status < 200) return true
    const headers = readHeaders(lines)
    const connection = headers.get('connection')?.toLowerCase() ?? ''
    this.#keepAlive = match[1] === '1' ? !connection.includes('close') : connection.includes('keep-alive')
    const idle = /(?:^|[,;\s])timeout=(\d{1,6})/i.exec(headers.get('keep-alive') ?? '')
    this.#idleMs = idle ? Number(idle[1]) * 1_000 : undefined
    this.#chooseBody(headers)
    return true
  }

  #chooseBody(headers: ReadonlyMap<string, string>): void {
    const length = headers.get('content-length')
    if (this.#status === 204 || this.#status === 304) this.#finish()
    else if (/(?:^|,)\s*chunked\s*$/i.test(headers.get('transfer-encoding') ?? '')) this.#state = 'chunk-size'
    else if (length === undefined) this.#state = 'until-close'
    else if (!/^\d+$/.test(length)) throw new Error(`content-length is ${JSON.stringify(length)}`)
    else this.#expect('length', Number(length))
  }

  #expect(state: 'length' | 'chunk', bytes: number): void {
    if (this.#bodyBytes + bytes > MAX_BODY_BYTES)
      throw new Error(`answer body is over ${MAX_BODY_BYTES} bytes`)
    this.#left = bytes
    if (bytes > 0) this.#state = state
    else this.#finish()
  }

  #take(): boolean {
    if (this.#rest.length === 0) return false
    const piece = this.#rest.subarray(0, this.#left)
    this.#rest = this.#rest.subarray(piece.length)
    this.#left -= piece.length
    this.#keep(piece)
    if (this.#left > 0) return false
    if (this.#state === 'length') this.#finish()
    else this.#state = 'chunk-end'
    return true
  }

  #chunkSize(): boolean {
    const line = this.#line()
    if (line === undefined) return false
    const size = /^([0-9a-f]{1,8})[ \t]*(?:;.*)?$/i.exec(line)
    if (!size) throw new Error(`chunk size is ${JSON.stringify(line.slice(0, 40))}`)
    const bytes = Number.parseInt(size[1] ?? '', 16)
    if (bytes === 0) this.#state = 'trailer'
    else this.#expect('chunk', bytes)
    return true
  }

  #chunkEnd(): boolean {
    if (this.#rest.length < 2) return false
    if (this.#rest[0] !== 13 || this.#rest[1] !== 10)
      throw new Error('a chunk does not end where its size says')
    this.#rest = this.#rest.subarray(2)
    this.#state = 'chunk-size'
    return true
  }

  #trailer(): boolean {
    const line = this.#line()
    if (line === undefined) return false
    if (line === '') this.#finish()
    return true
  }

  #line(): string | undefined {
    const end = this.#rest.indexOf('\r\n')
    if (end > MAX_LINE_BYTES || (end < 0 && this.#rest.length > MAX_LINE_BYTES)) {
      throw new Error(`a line between chunks is over ${MAX_LINE_BYTES} bytes`)
    }
    if (end < 0) return undefined
    const line = this.#rest.toString('latin1', 0, end)
    this.#rest = this.#rest.subarray(end + 2)
    return line
  }

  #keep(piece: Buffer): void {
    if (piece.length === 0) return
    this.#bodyBytes += piece.length
    if (this.#bodyBytes > MAX_BODY_BYTES) throw new Error(`answer body is over ${MAX_BODY_BYTES} bytes`)
    this.#parts.push(piece)
  }

  #finish(): void {
    const body = this.#parts.length === 1 ? (this.#parts[0] ?? EMPTY) : Buffer.concat(this.#parts)
    this.#parts = []
    this.#bodyBytes = 0
    this.#state = this.#keepAlive ? 'head' : 'closed'
    this.#onAnswer({ status: this.#status, body, keepAlive: this.#keepAlive, idleMs: this.#idleMs })
  }
}

function readHeaders(lines: readonly string[]): ReadonlyMap<string, string> {
  const headers = new Map<string, string>()
  for (const line of lines) {
    const colon = line.indexOf(':')
    if (colon <= 0) throw new Error(`not a header: ${JSON.stringify(line.slice(0, 80))}`)
    headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim())
  }
  return headers
}
