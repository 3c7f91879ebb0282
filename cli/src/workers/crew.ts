import type { Worker } from 'node:cluster'
import type { Log } from '@lighthouse/chassis/log'
import { type EndCause, GatheredMetrics } from '@lighthouse/gateway/gathered-metrics'
import type { Siblings, WorkerState } from '@lighthouse/gateway/siblings'
import type { Telling } from '@lighthouse/gateway/telling'
import { endSilent } from './end-silent.js'
import { Questions } from './questions.js'

/** A worker that has not answered by then is left out. */
const ANSWER_MS = 1_000

export interface CrewOptions {
  readonly count: number
  /** A worker that has not answered for so long is ended. */
  readonly silentMs: number
  readonly log: Pick<Log, 'warn'>
}

/**
 * The workers that serve, by their names `1` to `count`, and what is told of all of them together. One that lives but
 * answers no more is ended, so that whoever replaces those that end replaces it, too.
 */
export class Crew {
  readonly #options: CrewOptions
  readonly #names: readonly string[]
  readonly #members = new Map<string, Questions>()
  readonly #metrics = new GatheredMetrics()

  constructor(options: CrewOptions) {
    this.#options = options
    this.#names = Array.from({ length: options.count }, (_, nth) => String(nth + 1))
  }

  /** A worker serves; it takes the name of one that is missing. */
  join(worker: Worker): void {
    const name = this.#names.find((one) => !this.#members.has(one))
    if (name === undefined) return
    const questions = new Questions((message, onSent) => void worker.send(message, undefined, onSent), {
      metrics: () => this.metrics(),
      serving: () => this.serving(),
    })
    this.#members.set(name, questions)
    worker.on('message', (message: object) => questions.receive(message))
    let cause: EndCause = 'died'
    const ended = new AbortController()
    worker.once('exit', () => {
      this.#members.delete(name)
      this.#metrics.ended(name, cause)
      questions[Symbol.dispose]()
      ended.abort()
    })
    const { silentMs, log } = this.#options
    const kill = (signal: NodeJS.Signals) => {
      cause = 'silent'
      log.warn('a worker does not answer and is ended', { pid: worker.process.pid, silentMs, signal })
      worker.process.kill(signal)
    }
    const ask = (withinMs: number) => questions.ask('alive', withinMs)
    void endSilent({ ask, kill, silentMs, ended: ended.signal })
  }

  readonly metrics: Siblings['metrics'] = async () => {
    const asked = await this.#ask('metrics', (name, value) => this.#metrics.told(name, value as Telling))
    const members = asked.filter(([name]) => this.#members.has(name))
    const named = (has: boolean) => members.flatMap(([name, answered]) => (answered === has ? [name] : []))
    return this.#metrics.expose(named(true), named(false), this.#names.length - members.length)
  }

  readonly serving: Siblings['serving'] = async () => {
    const told = new Map<string, WorkerState>(this.#names.map((name) => [name, 'absent']))
    const asked = await this.#ask('serving', (name, value) => told.set(name, value as WorkerState))
    for (const [name, answered] of asked) if (!answered && this.#members.has(name)) told.set(name, 'silent')
    return Object.fromEntries(told)
  }

  /** Asks each member and hands over what it answers; resolves with who did. */
  #ask(
    question: keyof Pick<Siblings, 'metrics' | 'serving'>,
    take: (name: string, value: unknown) => void,
  ): Promise<(readonly [name: string, answered: boolean])[]> {
    return Promise.all(
      [...this.#members].map(async ([name, questions]) => {
        try {
          const value = await questions.ask(question, ANSWER_MS)
          if (this.#members.get(name) !== questions) return [name, false] as const
          take(name, value)
          return [name, true] as const
        } catch {
          return [name, false] as const
        }
      }),
    )
  }
}
