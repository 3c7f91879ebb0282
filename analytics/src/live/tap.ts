import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { StopRow } from '@lighthouse/contract/operation-row'
import { type RawData, type WebSocket, WebSocketServer } from 'ws'
import { nowUs } from '../recorder/clock.js'
import { refuseUpgrade } from '../refuse-upgrade.js'
import { readFrame } from './frame.js'
import type { LivePublisher } from './publish.js'
import type { LiveWindow } from './window.js'

export interface TapOptions {
  readonly window: LiveWindow
  readonly publisher: LivePublisher
  /** What recorders send as `Authorization: Bearer …`. */
  readonly secret: string
  /** Takes the `tap` stop of every trace that a frame names. */
  readonly noteStop: (row: StopRow) => void
}

/** Takes live frames in over WebSockets. */
export interface Tap {
  /** Takes over the connection of a recorder; refuses it with 401 without the secret. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
  close(): void
}

/** A frame of 2,000 operations is about 400 KB. */
const MAX_FRAME_BYTES = 2 * 1_048_576
/** How soon a recorder is told how many of its frames were taken. */
const ACKNOWLEDGE_MS = 500
/** RFC 6455: data that are not what their type says. */
const NO_FRAME = 1007

export function createTap(options: TapOptions): Tap {
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MAX_FRAME_BYTES,
    perMessageDeflate: false,
  })
  return {
    upgrade(request, socket, head) {
      if (hasSecret(request, options.secret))
        sockets.handleUpgrade(request, socket, head, (recorder) => follow(recorder, options))
      else refuseUpgrade(socket, '401 Unauthorized')
    },
    close() {
      for (const socket of sockets.clients) socket.terminate()
      sockets.close()
    },
  }
}

/** Takes the frames of one recorder, and acknowledges them some at a time: the text is how many were taken. */
function follow(recorder: WebSocket, options: TapOptions): void {
  let taken = 0
  let timer: NodeJS.Timeout | undefined
  const acknowledge = (): void => {
    recorder.send(String(taken))
    taken = 0
    timer = undefined
  }
  recorder.on('message', (data) => {
    if (!take(data, options)) return recorder.close(NO_FRAME, 'That is no live frame.')
    taken += 1
    timer ??= setTimeout(acknowledge, ACKNOWLEDGE_MS)
  })
  recorder.on('close', () => clearTimeout(timer))
  // What follows is the close.
  recorder.on('error', () => undefined)
}

function take(data: RawData, { window, publisher, noteStop }: TapOptions): boolean {
  const startUs = nowUs()
  const frame = readFrame(data.toString())
  if (frame === undefined) return false
  const ms = Math.floor(startUs / 1_000)
  window.add(frame, ms)
  publisher.ended(frame.traces)
  for (const traceId of frame.traces) {
    const durationUs = nowUs() - startUs
    noteStop({
      ts: ms,
      trace_id: traceId,
      stop: 'tap',
      process: 'analytics',
      start_us: startUs,
      duration_us: durationUs,
    })
  }
  return true
}

function hasSecret(request: IncomingMessage, secret: string): boolean {
  const given = /^Bearer (.*)$/i.exec(request.headers.authorization ?? '')?.[1] ?? ''
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(secret))
}
