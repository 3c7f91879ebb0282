import type { ValidationDecision, ValidationInput } from '@lighthouse/client/documents'
import { FsError, fsErrorOf } from './errno.js'

/**
 * How long a write waits for the decision, so that its failure is the write's error. An expert may take longer: then the
 * write succeeds and the reader waits, interruptibly.
 */
const WRITE_WAITS_MS = 4_000

const FIELDS: ReadonlySet<string> = new Set([
  'toolName',
  'toolInput',
  'requestId',
  'sessionId',
  'cwd',
  'projectRoot',
])

/** A command's text as a request; EINVAL says what is wrong with it. */
export function requestOf(text: string): ValidationInput {
  const value = JSON.parse(text) as Record<string, unknown>
  const refuse = (why: string): never => {
    throw new FsError('EINVAL', why, 'BAD_USER_INPUT')
  }
  const unknown = Object.keys(value).find((field) => !FIELDS.has(field))
  if (unknown !== undefined)
    refuse(`a request has no field ${JSON.stringify(unknown)}; it has ${[...FIELDS].join(', ')}`)
  if (typeof value['toolName'] !== 'string' || value['toolName'] === '') refuse('toolName must be a text')
  const input = value['toolInput']
  if (typeof input !== 'object' || input === null || Array.isArray(input))
    refuse('toolInput must be an object')
  for (const field of FIELDS) {
    const isText = field === 'toolInput' || value[field] === undefined || typeof value[field] === 'string'
    if (!isText) refuse(`${field} must be a text`)
  }
  return value as unknown as ValidationInput
}

/** A decision that was asked for: its answer as a line of JSON once it is there, an error's too. */
export class PendingVerdict {
  #line: string | undefined
  readonly #settled: Promise<FsError | undefined>
  readonly #listeners = new Set<() => void>()
  readonly askedAt = Date.now()

  constructor(asked: Promise<ValidationDecision>) {
    this.#settled = asked.then(
      (decision) => {
        this.#settle(decision)
        return undefined
      },
      (error: unknown) => {
        const failure = fsErrorOf(error)
        const extensions = { code: failure.code, errno: failure.errno }
        this.#settle({ errors: [{ message: failure.message, extensions }] })
        return failure
      },
    )
  }

  /** The answer with its newline; undefined while nobody knows. */
  get line(): string | undefined {
    return this.#line
  }

  /** Resolves when the decision is there or is taking long; throws its failure when that came first. */
  async inTime(): Promise<void> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), WRITE_WAITS_MS)
    })
    const failure = await Promise.race([this.#settled, late])
    clearTimeout(timer)
    if (failure !== undefined) throw failure
  }

  /** Resolves when it is settled, with its failure if it failed. */
  async settled(): Promise<FsError | undefined> {
    return await this.#settled
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  #settle(answer: unknown): void {
    this.#line = `${JSON.stringify(answer)}\n`
    for (const listener of this.#listeners) listener()
  }
}
