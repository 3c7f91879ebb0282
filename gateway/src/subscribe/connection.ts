import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import {
  CloseCode,
  type Message,
  MessageType,
  parseMessage,
  type SubscribeMessage,
  validateMessage,
} from 'graphql-ws'
import type { WebSocket } from 'ws'
import { bearer, type Credential } from '../credential.js'
import { Refusal } from '../errors.js'
import { exactText, parseExact } from '../exact-json.js'
import { openScope } from '../open-scope.js'
import { open } from '../receive.js'
import type { Log } from '../scope.js'
import { begin, type Cut, type Streaming } from './begin.js'
import { MessageRate } from './message-rate.js'
import type { Seats } from './seats.js'
import { CLOSE_GRACE_MS, Sending } from './sending.js'
import { cutFor, openSession, type Session } from './session.js'

export interface ConnectionOptions {
  /** That of the supergraph that serves now; an operation keeps the one that it began with. */
  readonly streaming: () => Streaming
  readonly log: Log
  /** Operations that one socket may have under way; one more is refused with OVERLOADED. */
  readonly maxSubscriptionsPerSocket: number
  /** A socket that sends no connection_init within this time is closed (4408). */
  readonly connectionInitMs: number
  /** Messages and pings that a socket may send each second; twice as many at once. */
  readonly maxMessagesPerSecond: number
  /** Sockets that each agent has open. */
  readonly agentSockets: Seats
}

/** Close codes of RFC 6455 and its registry. */
const POLICY_VIOLATION = 1008
const TRY_AGAIN_LATER = 1013
/** Bytes that may wait for a client that sends without reading, as many as a subgraph's largest answer has. */
const MAX_BACKLOG_BYTES = 16 * 1_048_576
const CUTS: Readonly<Record<Cut, readonly [code: number, reason: string]>> = {
  overflow: [TRY_AGAIN_LATER, 'Events come faster than they are read'],
  revoked: [CloseCode.Forbidden, 'The credential was revoked or expired'],
  unsure: [TRY_AGAIN_LATER, 'The credential cannot be checked now'],
}

interface Operation {
  isStopped: boolean
  stop(): void
}

/**
 * One socket speaking graphql-transport-ws: the state machine of the protocol, with its close codes (PROTOCOL.md of
 * graphql-ws). Everything that an operation is lies behind {@link begin}.
 */
export class Connection {
  readonly #socket: WebSocket
  readonly #request: IncomingMessage
  readonly #options: ConnectionOptions
  readonly #operations = new Map<string, Operation>()
  readonly #sending = new Sending()
  readonly #rate: MessageRate
  readonly #initTimer: NodeJS.Timeout
  #isInitialised = false
  #session: Session | undefined
  #leaveSeat: (() => void) | undefined
  /** Those of the upgrade, with what the client proves itself with: a page can give it in no header. */
  #headers: IncomingHttpHeaders

  constructor(socket: WebSocket, request: IncomingMessage, options: ConnectionOptions) {
    this.#socket = socket
    this.#request = request
    this.#headers = request.headers
    this.#options = options
    this.#rate = new MessageRate(options.maxMessagesPerSecond, Date.now)
    this.#initTimer = setTimeout(
      () => this.close(CloseCode.ConnectionInitialisationTimeout, 'Connection initialisation timeout'),
      options.connectionInitMs,
    )
  }

  /** Takes one message. Never rejects. */
  async take(text: string): Promise<void> {
    if (!this.mayTake()) return
    let message: Message
    try {
      const isExact = this.#options.streaming().exactNumbers === true
      message = isExact ? validateMessage(parseExact(text)) : parseMessage(text)
    } catch {
      return this.close(CloseCode.BadRequest, 'Invalid message received')
    }
    try {
      await this.#handle(message)
    } catch (cause) {
      this.#options.log('a message over a socket failed by our fault', { cause: String(cause) })
      this.close(CloseCode.InternalServerError, 'Internal server error')
    }
  }

  /** Counts a message or ping; false when the socket was closed because of it. */
  mayTake(): boolean {
    if (this.#socket.readyState !== this.#socket.OPEN) return false
    if (!this.#rate.take()) this.close(POLICY_VIOLATION, 'Too many messages')
    else if (this.#socket.bufferedAmount > MAX_BACKLOG_BYTES)
      this.close(TRY_AGAIN_LATER, 'Messages come faster than answers are read')
    else return true
    return false
  }

  /** Asks again whether the credential holds, for sockets over which nothing is delivered. */
  async recheck(): Promise<void> {
    try {
      await this.#session?.check()
    } catch (cause) {
      this.#cut(cutFor(cause))
    }
  }

  close(code: number, reason: string): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return
    this.#socket.close(code, reason)
    // The close frame waits behind everything that the client has not read.
    setTimeout(() => this.#socket.terminate(), CLOSE_GRACE_MS).unref()
    this.closed()
  }

  /** The socket is closed or about to be: ends all that is under way. */
  closed(): void {
    clearTimeout(this.#initTimer)
    this.#leaveSeat?.()
    for (const operation of this.#operations.values()) operation.stop()
    this.#operations.clear()
    this.#sending.release()
  }

  async #handle(message: Message): Promise<void> {
    switch (message.type) {
      case MessageType.ConnectionInit:
        return this.#initialise(message.payload)
      case MessageType.Ping: {
        const { payload } = message
        return void this.#send({ type: MessageType.Pong, ...(payload === undefined ? {} : { payload }) })
      }
      case MessageType.Pong:
        return
      case MessageType.Subscribe:
        return this.#subscribe(message)
      case MessageType.Complete: {
        const operation = this.#operations.get(message.id)
        this.#operations.delete(message.id)
        return operation?.stop()
      }
      default:
        this.close(CloseCode.BadRequest, `A client sends no message of type ${message.type}`)
    }
  }

  async #initialise(payload: Record<string, unknown> | undefined): Promise<void> {
    if (this.#isInitialised) {
      return this.close(CloseCode.TooManyInitialisationRequests, 'Too many initialisation requests')
    }
    this.#isInitialised = true
    clearTimeout(this.#initTimer)
    let session: Session
    try {
      const current = () => this.#options.streaming().door.identification
      session = await openSession(this.#credential(payload), current)
    } catch (cause) {
      if (cutFor(cause) === 'unsure' && cause instanceof Refusal) return this.#cut('unsure')
      if (cause instanceof Refusal) return this.close(CloseCode.Forbidden, 'Forbidden')
      throw cause
    }
    this.#leaveSeat = this.#options.agentSockets.take(session.principal?.agentId)
    if (this.#leaveSeat === undefined) {
      return this.close(CloseCode.TooManyInitialisationRequests, 'This agent has too many sockets open')
    }
    // It may have gone while its credential was looked up.
    if (this.#socket.readyState !== this.#socket.OPEN) return this.#leaveSeat()
    this.#session = session
    await this.#send({ type: MessageType.ConnectionAck })
  }

  /** `authorization` in the payload of connection_init, else what the upgrade request brought. */
  #credential(payload: Record<string, unknown> | undefined): Credential | undefined {
    const given = payload?.['authorization'] ?? payload?.['Authorization']
    const { identification } = this.#options.streaming().door
    if (typeof given !== 'string') return identification.credentialOf(this.#request.headers)
    this.#headers = { ...this.#request.headers, authorization: given }
    return identification.authenticate === undefined ? undefined : bearer(given)
  }

  async #subscribe({ id, payload }: SubscribeMessage): Promise<void> {
    const session = this.#session
    if (session === undefined) return this.close(CloseCode.Unauthorized, 'Unauthorized')
    if (this.#operations.has(id)) {
      return this.close(CloseCode.SubscriberAlreadyExists, 'A subscriber of this id exists already')
    }
    const most = this.#options.maxSubscriptionsPerSocket
    const isFull = this.#operations.size >= most
    const operation: Operation = {
      isStopped: false,
      stop() {
        operation.isStopped = true
      },
    }
    this.#operations.set(id, operation)
    const streaming = this.#options.streaming()
    const passing = openScope(open(this.#headers), streaming.scopes)
    passing.passed('receive')
    const begun = await begin(
      {
        passing,
        session,
        query: payload.query,
        operationName: payload.operationName,
        variables: payload.variables,
        httpStatus: 101,
        refusal: isFull
          ? new Refusal('OVERLOADED', `A socket may have ${most} operations under way.`)
          : undefined,
        onCut: (why) => this.#cut(why),
      },
      streaming,
    )
    if ('refused' in begun)
      await this.#answer(id, operation, { id, type: MessageType.Error, payload: begun.refused })
    else await this.#deliver(id, operation, begun)
  }

  async #deliver(
    id: string,
    operation: Operation,
    begun: { results: AsyncIterable<string>; stop(): void },
  ): Promise<void> {
    operation.stop = () => {
      operation.isStopped = true
      begun.stop()
    }
    if (operation.isStopped) begun.stop()
    const head = `{"id":${JSON.stringify(id)},"type":"next","payload":`
    // Runs to its end also when it was stopped: only that ends what is behind it.
    for await (const text of begun.results) {
      if (!operation.isStopped) await this.#sendText(`${head}${text}}`)
    }
    await this.#answer(id, operation, { id, type: MessageType.Complete })
  }

  /** The last message of an operation, unless the client ended it before. */
  async #answer(id: string, operation: Operation, last: object): Promise<void> {
    if (operation.isStopped) return
    this.#operations.delete(id)
    await this.#send(last)
  }

  #cut(why: Cut): void {
    const [code, reason] = CUTS[why]
    this.close(code, reason)
  }

  #send(message: object): Promise<void> {
    return this.#sendText(exactText(message) ?? '')
  }

  #sendText(text: string): Promise<void> {
    const socket = this.#socket
    if (socket.readyState !== socket.OPEN) return Promise.resolve()
    return this.#sending.send((done) => socket.send(text, done))
  }
}
