import type { IncomingHttpHeaders } from 'node:http'
import { HEADERS } from '@lighthouse/contract/headers'
import type { Dispatcher, Pool } from 'undici'
import { TransportError } from '../transport-error.js'
import { ACCEPT_ENCODING, decode } from './decode.js'
import type { Call, Send, WireReply } from './send.js'

export interface PostOptions {
  readonly name: string
  readonly path: string
  /** Milliseconds from sending to the last byte of the answer. */
  readonly timeoutMs: number
  /** An answer larger than this, on the wire or decoded, is dropped while it is read. */
  readonly maxAnswerBytes: number
  /** Answers may come compressed. */
  readonly compression: boolean
}

const DAY_MS = 86_400_000

/** Posts calls over kept connections: what every policy ends in. */
export function createPost(pool: Pool, options: PostOptions): Send {
  return (call) =>
    new Promise((resolve, reject) => {
      if (call.signal.aborted) {
        reject(call.signal.reason as Error)
        return
      }
      const exchange = new Exchange(call, options, { resolve, reject })
      const request = {
        method: 'POST',
        path: options.path,
        headers: headersOf(call, options),
        body: call.body,
        // Our own timer covers all of the exchange.
        headersTimeout: 0,
        bodyTimeout: 0,
      } satisfies Dispatcher.DispatchOptions
      pool.dispatch(request, exchange)
    })
}

function headersOf(call: Call, { timeoutMs, compression }: PostOptions): string[] {
  const leftMs = Math.min(timeoutMs, Math.max(0, Math.ceil(call.deadlineAt - Date.now())))
  const headers = [
    'content-type',
    'application/json',
    'accept',
    'application/graphql-response+json, application/json',
    HEADERS.requestId,
    call.requestId,
    ...call.trace(),
    ...call.headers,
    ...call.signature(),
  ]
  if (compression) headers.push('accept-encoding', ACCEPT_ENCODING)
  if (leftMs < DAY_MS) headers.push(HEADERS.deadlineMs, String(leftMs))
  return headers
}

interface Outcome {
  readonly resolve: (reply: WireReply) => void
  readonly reject: (error: Error) => void
}

/** One request and its answer. undici calls it; settles once, at the latest when the time is over. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #call: Call
  readonly #options: PostOptions
  readonly #outcome: Outcome
  readonly #timer: NodeJS.Timeout
  readonly #left: () => void
  #controller: Dispatcher.DispatchController | undefined
  #status = 0
  #headers: IncomingHttpHeaders = {}
  readonly #chunks: Buffer[] = []
  #bytes = 0
  #stopped: Error | undefined

  constructor(call: Call, options: PostOptions, outcome: Outcome) {
    this.#call = call
    this.#options = options
    this.#outcome = outcome
    this.#timer = setTimeout(() => this.#stop(this.#late()), options.timeoutMs)
    this.#left = () => this.#stop(call.signal.reason as Error)
    call.signal.addEventListener('abort', this.#left, { once: true })
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    // It waited for a connection and nobody wants it any more.
    if (this.#stopped !== undefined) controller.abort(this.#stopped)
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    headers: IncomingHttpHeaders,
  ): void {
    if (status < 200) return
    this.#status = status
    this.#headers = headers
    if (Number(headers['content-length'] ?? 0) > this.#options.maxAnswerBytes) this.#tooLarge(controller)
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length
    if (this.#bytes > this.#options.maxAnswerBytes) this.#tooLarge(controller)
    else this.#chunks.push(chunk)
  }

  onResponseEnd(): void {
    this.#done()
    const [first] = this.#chunks
    const whole = this.#chunks.length === 1 && first !== undefined ? first : Buffer.concat(this.#chunks)
    const encoding = this.#headers['content-encoding']
    if (encoding === undefined) this.#answered(whole)
    else this.#decode(whole, encoding)
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#done()
    // After #stop the caller was told already, and this rejection does nothing.
    const message = `Subgraph "${this.#options.name}" cannot be reached.`
    this.#outcome.reject(
      new TransportError('SUBGRAPH_UNAVAILABLE', message, { cause: error, unanswered: true }),
    )
  }

  #answered(bytes: Buffer): void {
    const text = bytes.toString('utf8')
    this.#outcome.resolve({ status: this.#status, headers: this.#headers, text, bytes: this.#bytes })
  }

  #decode(bytes: Buffer, encoding: string): void {
    const { name, maxAnswerBytes } = this.#options
    decode(bytes, encoding, maxAnswerBytes).then(
      (decoded) => this.#answered(decoded),
      (cause: Error) => {
        const message = `Subgraph "${name}" answered in an encoding that cannot be read.`
        this.#outcome.reject(new TransportError('SUBGRAPH_ERROR', message, { cause }))
      },
    )
  }

  #tooLarge(controller: Dispatcher.DispatchController): void {
    const { name, maxAnswerBytes } = this.#options
    this.#controller = controller
    this.#stop(
      new TransportError(
        'SUBGRAPH_ERROR',
        `Subgraph "${name}" answered with more than ${maxAnswerBytes} bytes.`,
      ),
    )
  }

  #late(): TransportError {
    const { name, timeoutMs } = this.#options
    return new TransportError(
      'DEADLINE_EXCEEDED',
      `Subgraph "${name}" did not answer within ${timeoutMs} ms.`,
    )
  }

  /** Nobody waits for the answer any more: says so to the caller at once and drops the connection. */
  #stop(reason: Error): void {
    if (this.#stopped !== undefined) return
    this.#stopped = reason
    this.#done()
    this.#chunks.length = 0
    this.#outcome.reject(reason)
    this.#controller?.abort(reason)
  }

  #done(): void {
    clearTimeout(this.#timer)
    this.#call.signal.removeEventListener('abort', this.#left)
  }
}
