import type { IncomingHttpHeaders } from 'node:http'
import { type Dispatcher, Pool } from 'undici'

/** Where bytes are posted to, with the credentials as ready headers. */
export interface Target {
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
}

export interface Post {
  readonly search?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body: Buffer | string
  readonly timeoutMs: number
}

export interface Reply {
  readonly status: number
  /** ClickHouse's error code from X-ClickHouse-Exception-Code; 0 when there is none. */
  readonly exceptionCode: number
  /** The first 2 KB of the body. */
  readonly text: string
}

const MAX_REPLY_TEXT = 2_048
const MAX_SOCKETS = 2

/**
 * Posts over kept-alive connections of its own: at most two sockets. A gateway asks its subgraphs through undici too: its
 * code is warm there, and that of node:http's client would be met only here.
 */
export class Sender implements Disposable {
  readonly #target: Target
  readonly #pool: Pool

  constructor(target: Target) {
    this.#target = target
    this.#pool = new Pool(target.url.origin, { connections: MAX_SOCKETS, pipelining: 1 })
  }

  /** Resolves with whatever HTTP answer came; rejects when none did within `timeoutMs`. */
  post({ search, headers, body, timeoutMs }: Post): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const request = {
        method: 'POST',
        path: this.#pathOf(search),
        headers:
          headers === undefined ? this.#target.headers : Object.assign({}, this.#target.headers, headers),
        body,
        // One timer covers all of the exchange.
        headersTimeout: 0,
        bodyTimeout: 0,
      } satisfies Dispatcher.DispatchOptions
      this.#pool.dispatch(request, new Exchange(timeoutMs, { resolve, reject }))
    })
  }

  #pathOf(search: Post['search']): string {
    const { pathname, search: own } = this.#target.url
    if (search === undefined) return `${pathname}${own}`
    return `${pathname}${own === '' ? '?' : `${own}&`}${new URLSearchParams(search).toString()}`
  }

  /** Cuts what is under way. */
  [Symbol.dispose](): void {
    void this.#pool.destroy()
  }
}

interface Outcome {
  readonly resolve: (reply: Reply) => void
  readonly reject: (error: Error) => void
}

/** One request and its reply. undici calls it; settles once, at the latest when the time is over. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #outcome: Outcome
  readonly #timer: NodeJS.Timeout
  #controller: Dispatcher.DispatchController | undefined
  #late: Error | undefined
  #status = 0
  #exceptionCode = 0
  #text = ''

  constructor(timeoutMs: number, outcome: Outcome) {
    this.#outcome = outcome
    this.#timer = setTimeout(() => this.#stop(new Error(`No answer within ${timeoutMs} ms`)), timeoutMs)
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    // It waited for a connection until nobody wanted it any more.
    if (this.#late !== undefined) controller.abort(this.#late)
  }

  onResponseStart(
    _: Dispatcher.DispatchController,
    status: number,
    { 'x-clickhouse-exception-code': code }: IncomingHttpHeaders,
  ): void {
    this.#status = status
    this.#exceptionCode = Number(code ?? 0)
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    const room = MAX_REPLY_TEXT - this.#text.length
    if (room > 0) this.#text += chunk.toString('utf8', 0, room)
  }

  onResponseEnd(): void {
    clearTimeout(this.#timer)
    this.#outcome.resolve({ status: this.#status, exceptionCode: this.#exceptionCode, text: this.#text })
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    clearTimeout(this.#timer)
    this.#outcome.reject(error)
  }

  #stop(reason: Error): void {
    this.#late = reason
    this.#outcome.reject(reason)
    this.#controller?.abort(reason)
  }
}
