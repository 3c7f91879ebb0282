import { GraphQLError, type GraphQLFormattedError } from 'graphql'
import { admit, type Door } from '../admit.js'
import { coded, MASKED_MESSAGE, Refusal } from '../errors.js'
import type { Executable } from '../executable.js'
import type { Lifecycle } from '../lifecycle.js'
import type { Passing, ScopeOptions } from '../open-scope.js'
import { type Recording, record } from '../record.js'
import { firstText, named, noteFailure, resultText } from '../result.js'
import type { Log } from '../scope.js'
import { QueueOverflow } from './bounded-queue.js'
import { type Relaying, relay } from './relay.js'
import type { Seats } from './seats.js'
import { cutFor, type Session } from './session.js'

/** What operations over streaming transports stand on while one supergraph serves; each keeps the one it began with. */
export interface Streaming {
  readonly door: Door
  readonly scopes: ScopeOptions
  readonly lifecycle: Lifecycle
  readonly relaying: Relaying
  readonly recording: Recording
  /** Integers of messages that a double cannot hold are bigints. */
  readonly exactNumbers?: boolean | undefined
  /** Subscriptions that each agent has open, whatever they came over. */
  readonly seats: Seats
  /** Aborts when subscriptions must end because too many supergraphs came after theirs. */
  readonly ending: AbortSignal
  readonly log: Log
}

/** Why a stream is cut from our side. */
export type Cut = 'overflow' | 'revoked' | 'unsure'

/** One operation as a streaming transport took it. */
export interface Asked {
  /** Received, not admitted yet. */
  readonly passing: Passing
  readonly session: Session
  readonly query: string
  readonly operationName: string | null | undefined
  readonly variables: Readonly<Record<string, unknown>> | null | undefined
  /** How the row says that it came: 101 over a WebSocket, 200 over an event stream. */
  readonly httpStatus: number
  /** Refused with this instead of being run. */
  readonly refusal?: Refusal | undefined
  /** It came in a way in which nothing may be changed (GET). */
  readonly isReadOnly?: boolean
  /** Its client takes an answer in parts. */
  readonly takesParts?: boolean
  /** The results end here, and the client must be told why in the transport's own words. */
  onCut(why: Cut): void
}

/** An operation under way. */
export interface Begun {
  /** JSON texts of execution results, one after the other. Never rejects. */
  readonly results: AsyncGenerator<string, void>
  /** The client wants no more of it. */
  stop(): void
}

/** Begins one operation that may have many results: a subscription by its relay, all others by the life-cycle. */
export async function begin(
  asked: Asked,
  streaming: Streaming,
): Promise<Begun | { readonly refused: readonly GraphQLFormattedError[] }> {
  const { passing } = asked
  const refuse = (errors: readonly GraphQLError[]) => {
    finish(passing, { ...asked, error: errors[0], bytesOut: 0 }, streaming)
    return { refused: errors.map((error) => named(error.toJSON(), passing.scope)) }
  }
  try {
    if (asked.refusal !== undefined) throw asked.refusal
    const { principal, query = '' } = await admit(asked.session.credential, asked, streaming.door)
    passing.principal = principal
    passing.passed('admit')
    const prepared = streaming.lifecycle.prepare({ ...asked, query })
    if ('errors' in prepared) return refuse(prepared.errors)
    const { kind, defers } = prepared
    const mayDefer = defers && asked.takesParts === true && kind !== 'subscription'
    const executable = mayDefer ? { ...prepared.executable, inParts: true as const } : prepared.executable
    passing.scope.facts.hash = executable.key
    if (kind === 'mutation' && asked.isReadOnly === true) {
      throw new Refusal('METHOD_NOT_ALLOWED', 'Mutations are sent with POST.')
    }
    if (kind !== 'subscription') return answer(executable, asked, streaming)
    const free = streaming.seats.take(passing.principal?.agentId)
    if (free === undefined)
      throw new Refusal('RATE_LIMITED', 'This agent has as many subscriptions open as it may.')
    passing.unbound()
    return { results: follow(executable, { asked, free }, streaming), stop: () => passing.stop() }
  } catch (cause) {
    if (cause instanceof Refusal)
      return refuse([coded(cause.code, cause.message, { extensions: cause.extensions })])
    streaming.log('an operation failed by our fault', {
      requestId: passing.scope.requestId,
      cause: String(cause),
    })
    return refuse([coded('INTERNAL_SERVER_ERROR', MASKED_MESSAGE)])
  }
}

function answer(executable: Executable, asked: Asked, streaming: Streaming): Begun {
  const { passing } = asked
  let isAnswered = false
  // What a mutation does is done once there is an answer.
  return { results: once(), stop: () => (isAnswered ? passing.abandon() : passing.leave(false)) }
  async function* once(): AsyncGenerator<string, void> {
    const result = await streaming.lifecycle.run(executable, passing.scope)
    const { later, errors } = result
    const text = later === undefined ? resultText(result, passing.scope) : firstText(result, passing.scope)
    let bytesOut = Buffer.byteLength(text)
    if (later !== undefined) {
      isAnswered = true
      yield text
      for await (const payload of later) {
        bytesOut += Buffer.byteLength(payload.text)
        yield payload.text
      }
    }
    finish(passing, { ...asked, error: errors[0], bytesOut }, streaming)
    if (later === undefined) yield text
  }
}

interface Following {
  readonly asked: Asked
  /** Gives the agent's seat back. */
  readonly free: () => void
}

async function* follow(
  executable: Executable,
  { asked, free }: Following,
  streaming: Streaming,
): AsyncGenerator<string, void> {
  const { passing } = asked
  let failed: GraphQLError | undefined
  const listener = {
    check: () => asked.session.check(),
    onOverflow() {
      failed = coded('OVERLOADED', 'The client read slower than events came.')
      asked.onCut('overflow')
    },
  }
  const replaced = () => {
    failed = coded(
      'SUPERGRAPH_CHANGED',
      'The graph was replaced while this subscription ran; subscribe again.',
    )
    passing.stop()
  }
  streaming.ending.addEventListener('abort', replaced, { once: true })
  let bytesOut = 0
  try {
    for await (const text of relay(executable, passing.scope, listener, streaming.relaying)) {
      bytesOut += text.length
      yield text
    }
    if (streaming.ending.aborted && failed !== undefined) {
      yield resultText({ errors: [failed] }, passing.scope)
    }
  } catch (cause) {
    failed = cause instanceof GraphQLError ? cause : undefined
    if (failed !== undefined) yield resultText({ errors: [failed] }, passing.scope)
    else failed = cut(cause, asked, streaming)
  } finally {
    streaming.ending.removeEventListener('abort', replaced)
    free()
    finish(passing, { ...asked, error: failed, bytesOut }, streaming)
  }
}

/** Ends the stream for the reason that the relay rejected with, and gives the error for its row. */
function cut(cause: unknown, asked: Asked, { log }: Streaming): GraphQLError {
  if (cause instanceof QueueOverflow) {
    asked.onCut('overflow')
    return coded('OVERLOADED', cause.message)
  }
  if (cause instanceof Refusal) {
    asked.onCut(cutFor(cause))
    return coded(cause.code, cause.message)
  }
  log('a subscription failed by our fault', { cause: String(cause) })
  asked.onCut('unsure')
  return coded('INTERNAL_SERVER_ERROR', MASKED_MESSAGE)
}

interface Ended {
  readonly httpStatus: number
  readonly error: Parameters<typeof noteFailure>[1]
  readonly bytesOut: number
}

function finish(passing: Passing, { httpStatus, error, bytesOut }: Ended, { recording }: Streaming): void {
  passing.close()
  if (error !== undefined) noteFailure(passing.scope, error)
  record(passing.scope, { httpStatus, bytesOut }, recording)
}
