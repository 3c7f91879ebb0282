import { setTimeout as sleep } from 'node:timers/promises'

import type { Agent, Reply } from './agent.js'
import type { Shot } from './shot.js'

/** What became of one arrival. Times in milliseconds on one monotonic clock. */
export interface Outcome {
  readonly shot: Shot
  /** When the schedule said it should be sent: latency counts from here. */
  readonly scheduledAt: number
  readonly sentAt: number
  readonly doneAt: number
  readonly reply: Reply
}

export interface DriveOptions {
  /** Milliseconds from the start, ascending. */
  readonly arrivals: Iterable<number>
  readonly agents: readonly Agent[]
  /** Draws what the agent submits. */
  readonly draw: (agent: Agent) => Shot
  /**
   * Most arrivals that are sent or wait for a free agent at one time; past it an arrival is dropped and counted, so
   * that a server that does not answer cannot make the driver grow.
   */
  readonly maxInFlight: number
  readonly onDone: (outcome: Outcome) => void
  readonly onDropped: () => void
  /** How late the driver itself noticed an arrival, in milliseconds; waiting for a free agent is not part of it. */
  readonly onLateness: (ms: number) => void
  /** Ends the run early; arrivals that wait are given up. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Sends by the schedule whatever the server does (open loop) and resolves when every arrival was answered, failed or
 * dropped. An arrival takes the agent that has been idle longest; when all are busy it waits, and the wait counts in
 * its latency.
 */
export async function drive(options: DriveOptions): Promise<void> {
  const { arrivals, maxInFlight, onDropped, onLateness, signal } = options
  const line = new Line(options)
  const startedAt = performance.now()
  for (const offset of arrivals) {
    const scheduledAt = startedAt + offset
    await until(scheduledAt, signal)
    if (signal?.aborted) break
    onLateness(performance.now() - scheduledAt)
    if (line.size >= maxInFlight) onDropped()
    else line.add(scheduledAt)
  }
  if (signal?.aborted) line.giveUp()
  await line.empty()
}

async function until(at: number, signal: AbortSignal | undefined): Promise<void> {
  const leftMs = at - performance.now()
  if (leftMs <= 0) return
  // Node's timers count whole milliseconds and are late rather than early.
  await sleep(Math.max(1, Math.floor(leftMs)), undefined, signal ? { signal } : {}).catch(() => undefined)
}

/** Free agents and waiting arrivals; never both. Bounded by the caller through `size`. */
class Line {
  readonly #options: DriveOptions
  readonly #free: Agent[]
  #waiting: number[] = []
  #head = 0
  #underWay = 0
  #onEmpty: (() => void) | undefined

  constructor(options: DriveOptions) {
    this.#options = options
    this.#free = [...options.agents]
  }

  get size(): number {
    return this.#underWay + this.#waiting.length - this.#head
  }

  add(scheduledAt: number): void {
    const agent = this.#free.shift()
    if (agent) this.#send(agent, scheduledAt)
    else this.#waiting.push(scheduledAt)
  }

  giveUp(): void {
    this.#waiting = []
    this.#head = 0
  }

  empty(): Promise<void> {
    if (this.size === 0) return Promise.resolve()
    return new Promise((resolve) => {
      this.#onEmpty = resolve
    })
  }

  #send(agent: Agent, scheduledAt: number): void {
    const { draw, onDone } = this.#options
    const shot = draw(agent)
    this.#underWay++
    const sentAt = performance.now()
    agent.send(shot.body, Date.now(), (reply) => {
      this.#underWay--
      onDone({ shot, scheduledAt, sentAt, doneAt: performance.now(), reply })
      this.#next(agent)
    })
  }

  #next(agent: Agent): void {
    const scheduledAt = this.#waiting[this.#head]
    if (scheduledAt === undefined) {
      this.#free.push(agent)
      if (this.size === 0) this.#onEmpty?.()
      return
    }
    this.#head++
    if (this.#head > 1_024 && this.#head * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#head)
      this.#head = 0
    }
    this.#send(agent, scheduledAt)
  }
}
