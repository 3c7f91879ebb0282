import { WebSocket } from 'ws'

export interface TapTarget {
  /** Analytics' tap: `ws://…/tap`. */
  readonly url: string
  /** What the tap knows recorders by. */
  readonly secret: string
}

export interface TapCounters {
  /** Frames that were handed to the connection. */
  readonly framesSent: number
  /** Of these, frames of which nobody said that they were taken when their connection ended. */
  readonly framesLost: number
}

/** Frames on their way at most: when analytics is slow, what happens goes into the next frame instead. */
const MAX_UNACKNOWLEDGED = 10
/** A connection on which nothing is acknowledged for so long is given up. */
const SILENCE_MS = 5_000
const HANDSHAKE_MS = 5_000
const BACKOFF_FIRST_MS = 100
const BACKOFF_LAST_MS = 2_000

/**
 * The way of live frames to analytics: one WebSocket, which is opened again after a back-off (100 ms to 2 s) when it ends. A
 * frame costs a write; a request for each of ten a second cost four times as much. Never throws.
 */
export class Tap implements Disposable {
  readonly #target: TapTarget
  #socket: WebSocket | undefined
  #unacknowledged = 0
  /** When the oldest of them was sent, or the one before was acknowledged. */
  #waitsSince = 0
  #failures = 0
  #retryAt = 0
  #sent = 0
  #lost = 0

  /** Throws for an address that is none. */
  constructor(target: TapTarget) {
    this.#target = { ...target, url: new URL(target.url).href }
  }

  counters(): TapCounters {
    return { framesSent: this.#sent, framesLost: this.#lost }
  }

  /** A frame can go at `now` (milliseconds). When there is no connection, one is opened once the back-off is over. */
  isReady(now: number): boolean {
    if (this.#socket === undefined) {
      if (now >= this.#retryAt) this.open()
      return false
    }
    if (this.#unacknowledged > 0 && now - this.#waitsSince > SILENCE_MS) this.#socket.terminate()
    return this.#socket.readyState === WebSocket.OPEN && this.#unacknowledged < MAX_UNACKNOWLEDGED
  }

  /** Sends one frame as text. Only when it {@link isReady}. */
  send(frame: string, now: number): void {
    if (this.#unacknowledged === 0) this.#waitsSince = now
    this.#unacknowledged += 1
    this.#sent += 1
    this.#socket?.send(frame)
  }

  /** Lets what is on its way arrive; {@link Symbol.dispose} cuts. */
  close(): void {
    this.#retryAt = Number.POSITIVE_INFINITY
    this.#socket?.close()
  }

  [Symbol.dispose](): void {
    this.#retryAt = Number.POSITIVE_INFINITY
    this.#socket?.terminate()
  }

  open(): void {
    const socket = new WebSocket(this.#target.url, {
      headers: { authorization: `Bearer ${this.#target.secret}` },
      handshakeTimeout: HANDSHAKE_MS,
      perMessageDeflate: false,
    })
    this.#socket = socket
    // Frames alone keep no process running.
    socket.on('upgrade', (response) => response.socket.unref())
    socket.on('message', (data) => this.#acknowledged(Number(data.toString())))
    // What follows is the close.
    socket.on('error', () => undefined)
    socket.on('close', () => this.#ended())
  }

  #acknowledged(frames: number): void {
    this.#failures = 0
    this.#waitsSince = Date.now()
    this.#unacknowledged = Math.max(0, this.#unacknowledged - (frames > 0 ? frames : 0))
  }

  #ended(): void {
    this.#socket = undefined
    this.#lost += this.#unacknowledged
    this.#unacknowledged = 0
    const backoffMs = Math.min(BACKOFF_LAST_MS, BACKOFF_FIRST_MS * 2 ** this.#failures)
    this.#failures += 1
    this.#retryAt = Math.max(this.#retryAt, Date.now() + backoffMs)
  }
}
