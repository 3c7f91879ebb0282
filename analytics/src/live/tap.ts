import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { StopRow } from '@lighthouse/contract/operation-row'
import { readAll } from '../read-all.js'
import { nowUs } from '../recorder/clock.js'
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

/** A frame of 2,000 operations is about 400 KB. */
const MAX_FRAME_BYTES = 2 * 1_048_576

/** Takes one LiveFrame from a recorder into the window and answers with the HTTP status: 204 when it was taken. */
export async function tap(request: IncomingMessage, options: TapOptions): Promise<number> {
  const startUs = nowUs()
  if (!hasSecret(request, options.secret)) return 401
  const body = await readAll(request, MAX_FRAME_BYTES)
  if (body === undefined) return 413
  const frame = readFrame(body.toString())
  if (frame === undefined) return 400
  const ms = Math.floor(startUs / 1_000)
  options.window.add(frame, ms)
  options.publisher.ended(frame.traces)
  for (const traceId of frame.traces) {
    const durationUs = nowUs() - startUs
    options.noteStop({
      ts: ms,
      trace_id: traceId,
      stop: 'tap',
      process: 'analytics',
      start_us: startUs,
      duration_us: durationUs,
    })
  }
  return 204
}

function hasSecret(request: IncomingMessage, secret: string): boolean {
  const given = /^Bearer (.*)$/i.exec(request.headers.authorization ?? '')?.[1] ?? ''
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(secret))
}
