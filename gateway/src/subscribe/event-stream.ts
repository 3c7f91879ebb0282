import type { ServerResponse } from 'node:http'
import { MASKED_MESSAGE } from '../errors.js'
import { cutFor } from './session.js'
import { begin, type Asked, type Cut, type Streaming } from './begin.js'
import type { Framing } from './framing.js'
import { CLOSE_GRACE_MS, Sending } from './sending.js'

const HEADERS = {
  'cache-control': 'no-cache, no-store, no-transform',
  // Asks nginx not to gather what must arrive at once.
  'x-accel-buffering': 'no',
} as const

const CUTS: Readonly<Record<Cut, readonly [code: string, message: string]>> = {
  overflow: ['OVERLOADED', 'Events come faster than they are read.'],
  revoked: ['UNAUTHENTICATED', 'The credential was revoked or expired.'],
  unsure: ['INTERNAL_SERVER_ERROR', MASKED_MESSAGE],
}

/** One operation whose results come one after the other in the answer to its request. */
export class EventStream {
  readonly #response: ServerResponse
  readonly #framing: Framing
  readonly #sending = new Sending()
  #stop: (() => void) | undefined
  #isOver = false

  constructor(response: ServerResponse, framing: Framing) {
    this.#response = response
    this.#framing = framing
    response.once('close', () => this.#over())
  }

  /** Runs the operation until it completes or the client goes. Never rejects. */
  async run(asked: Omit<Asked, 'onCut'>, keepAliveMs: number, streaming: Streaming): Promise<void> {
    const { contentType, opening, result, fault } = this.#framing
    this.#response.writeHead(200, { ...HEADERS, 'content-type': contentType })
    this.#response.write(opening)
    const keepAlive = setInterval(() => void this.#keepAlive(asked), keepAliveMs)
    keepAlive.unref()
    const begun = await begin({ ...asked, onCut: (why) => this.#cut(why) }, streaming)
    if ('refused' in begun) {
      await this.#send(fault(JSON.stringify(begun.refused)))
    } else {
      this.#stop = () => begun.stop()
      if (this.#isOver) begun.stop()
      // Runs to its end also when the client is gone: only that ends what is behind it.
      for await (const text of begun.results) await this.#send(result(text))
    }
    clearInterval(keepAlive)
    this.complete()
  }

  /** Ends the stream without a `complete`: the client may open it again elsewhere. */
  leave(): void {
    if (this.#isOver) return
    this.#over()
    this.#response.end()
    setTimeout(() => this.#response.destroy(), CLOSE_GRACE_MS).unref()
  }

  /** Tells the client that nothing comes any more. */
  complete(): void {
    if (this.#isOver) return
    this.#response.write(this.#framing.end)
    this.leave()
  }

  /** A stream over which nothing comes must not outlive its credential either. */
  async #keepAlive({ session }: Omit<Asked, 'onCut'>): Promise<void> {
    if (!this.#isOver && !this.#response.writableNeedDrain) this.#response.write(this.#framing.heartbeat)
    await session.check().catch((cause: unknown) => this.#cut(cutFor(cause)))
  }

  #cut(why: Cut): void {
    if (this.#isOver) return
    const [code, message] = CUTS[why]
    this.#response.write(this.#framing.fault(JSON.stringify([{ message, extensions: { code } }])))
    this.complete()
  }

  #over(): void {
    this.#isOver = true
    this.#sending.release()
    this.#stop?.()
  }

  #send(framed: string): Promise<void> {
    if (this.#isOver) return Promise.resolve()
    return this.#sending.send((done) => this.#response.write(framed, done))
  }
}
