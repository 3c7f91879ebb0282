import { connect as connectPlain, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'

import { HEADERS } from '@lighthouse/contract/headers'

import { type Answer, HttpParser } from './http-parser.js'

/** How a request ended: an answer, or the code of what went wrong with the connection. */
export type Reply = { readonly answer: Answer } | { readonly failure: string }

export interface AgentOptions {
  readonly url: URL
  /** Sent as `Authorization: Bearer`. */
  readonly key: string | undefined
  /** `name/version` of this program. */
  readonly client: string
  /** After this a request counts as failed with TIMEOUT and its connection is closed. */
  readonly timeoutMs: number
}

/** A connection that the server is about to close for idleness is not used again: the request could cross the close. */
const IDLE_MARGIN_MS = 1_000

/**
 * One virtual agent: one keep-alive connection with one request on it at a time. It connects at its first request
 * and again after the connection broke. A broken request is never sent twice.
 */
export class Agent implements Disposable {
  readonly name: string
  readonly #options: AgentOptions
  readonly #head: string
  #socket: Socket | undefined
  #reusableUntil = Number.POSITIVE_INFINITY
  #settle: ((reply: Reply) => void) | undefined
  #timer: NodeJS.Timeout | undefined

  constructor(name: string, options: AgentOptions) {
    this.name = name
    this.#options = options
    const { url, key, client } = options
    this.#head = [
      `POST ${url.pathname}${url.search} HTTP/1.1`,
      `host: ${url.host}`,
      ...(key === undefined ? [] : [`authorization: Bearer ${key}`]),
      'content-type: application/json',
      'accept: application/json',
      `${HEADERS.client}: ${client}`,
      '',
    ].join('\r\n')
  }

  /** Sends one body and calls back exactly once. Throws when a request is under way already. */
  send(body: string, submittedAt: number, settle: (reply: Reply) => void): void {
    if (this.#settle) throw new Error(`agent ${this.name} has a request under way`)
    this.#settle = settle
    this.#timer = setTimeout(() => this.#fail('TIMEOUT'), this.#options.timeoutMs)
    if (performance.now() > this.#reusableUntil) this.#forget()
    const socket = this.#socket ?? this.#connect()
    const length = Buffer.byteLength(body)
    socket.write(
      `${this.#head}${HEADERS.submittedAt}: ${submittedAt}\r\ncontent-length: ${length}\r\n\r\n${body}`,
    )
  }

  /** Closes the connection; a request under way ends with CANCELLED. */
  [Symbol.dispose](): void {
    this.#fail('CANCELLED')
  }

  #connect(): Socket {
    const { hostname, protocol, port } = this.#options.url
    const host = hostname.replace(/^\[(.*)\]$/, '$1')
    const socket =
      protocol === 'https:'
        ? connectTls({ host, port: Number(port || 443), servername: host, ALPNProtocols: ['http/1.1'] })
        : connectPlain({ host, port: Number(port || 80) })
    socket.setNoDelay(true)
    const parser = new HttpParser((answer) => this.#answered(socket, answer))
    socket.on('data', (piece: Buffer) => {
      try {
        parser.feed(piece)
      } catch {
        if (this.#socket === socket) this.#fail('NOT_HTTP')
      }
    })
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (this.#socket === socket) this.#fail(error.code ?? 'SOCKET_ERROR')
    })
    socket.on('close', () => {
      if (this.#socket !== socket) return
      parser.end()
      // The end may have been the answer, and its receiver may have sent again on a new connection.
      if (this.#socket === socket) this.#fail('CONNECTION_CLOSED')
    })
    this.#socket = socket
    return socket
  }

  #answered(socket: Socket, answer: Answer): void {
    if (this.#socket !== socket) return
    if (!answer.keepAlive) this.#forget()
    else if (answer.idleMs !== undefined)
      this.#reusableUntil = performance.now() + answer.idleMs - IDLE_MARGIN_MS
    this.#end({ answer })
  }

  #fail(failure: string): void {
    this.#forget()
    this.#end({ failure })
  }

  #forget(): void {
    this.#socket?.destroy()
    this.#socket = undefined
    this.#reusableUntil = Number.POSITIVE_INFINITY
  }

  #end(reply: Reply): void {
    clearTimeout(this.#timer)
    const settle = this.#settle
    this.#settle = undefined
    settle?.(reply)
  }
}
