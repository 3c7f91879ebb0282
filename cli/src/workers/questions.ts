import { setTimeout as wait } from 'node:timers/promises'

/** What passes over the channel; other messages of it are left alone. */
type Message =
  | { readonly question: string }
  | { readonly answer: string; readonly value?: unknown; readonly failed?: boolean }

/** Sends to the process at the other end; tells when that fails. */
type Send = (message: Message, onSent: (error: Error | null) => void) => void

interface Asked {
  readonly answered: Promise<unknown>
  readonly settle: (answer: Extract<Message, { readonly answer: string }>) => void
}

/**
 * Questions and answers between two processes, either way. Each question is under way at most once: whoever asks it
 * meanwhile waits for the same answer, so that nothing piles up before a process that answers no more.
 */
export class Questions implements Disposable {
  readonly #send: Send
  readonly #answers: Readonly<Record<string, () => unknown>>
  readonly #asked = new Map<string, Asked>()

  /** `answers` is what this end answers, by question. */
  constructor(send: Send, answers: Readonly<Record<string, () => unknown>>) {
    this.#send = send
    this.#answers = answers
  }

  /** Rejects when no answer comes in time, or the other end fails at it or ends. */
  async ask(question: string, withinMs: number): Promise<unknown> {
    const { answered } = this.#asked.get(question) ?? this.#put(question)
    const answer = new AbortController()
    const late = wait(withinMs, undefined, { signal: answer.signal }).then(() => {
      throw new Error(`No answer to '${question}' within ${withinMs} ms.`)
    })
    try {
      return await Promise.race([answered, late])
    } finally {
      answer.abort()
    }
  }

  receive(message: Partial<Message> & object): void {
    if ('question' in message && typeof message.question === 'string') void this.#answer(message.question)
    if ('answer' in message && typeof message.answer === 'string') {
      this.#asked.get(message.answer)?.settle({ ...message, answer: message.answer })
    }
  }

  /** The other end is no more: what waits for it fails. */
  [Symbol.dispose](): void {
    for (const [question, { settle }] of this.#asked) settle({ answer: question, failed: true })
  }

  #put(question: string): Asked {
    const { promise, resolve, reject } = withResolvers()
    const settle: Asked['settle'] = ({ value, failed = false }) => {
      this.#asked.delete(question)
      if (failed) reject(new Error(`The other process cannot answer '${question}'.`))
      else resolve(value)
    }
    const asked = { answered: promise, settle }
    this.#asked.set(question, asked)
    // Whoever waits has gone when it comes late.
    promise.catch(() => undefined)
    this.#send({ question }, (error) => {
      if (error !== null) settle({ answer: question, failed: true })
    })
    return asked
  }

  async #answer(question: string): Promise<void> {
    let answer: Message
    try {
      answer = { answer: question, value: await this.#answers[question]?.() }
    } catch {
      answer = { answer: question, failed: true }
    }
    // Nobody waits any more at an end that is gone.
    this.#send(answer, () => undefined)
  }
}

function withResolvers() {
  let resolve: (value: unknown) => void = () => undefined
  let reject: (cause: Error) => void = () => undefined
  const promise = new Promise((yes, no) => {
    resolve = yes
    reject = no
  })
  return { promise, resolve, reject }
}
