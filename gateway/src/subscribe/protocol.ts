import type { IncomingMessage } from 'node:http'
import {
  type ExecutionArgs,
  type ExecutionResult,
  type FormattedExecutionResult,
  getOperationAST,
  GraphQLError,
} from 'graphql'
import { type Context, makeServer, type SubscribePayload } from 'graphql-ws'
import type { WebSocket } from 'ws'
import { admit, type Door } from '../admit.js'
import { bearer, type Credential, credentialOf } from '../credential.js'
import { coded, MASKED_MESSAGE, Refusal } from '../errors.js'
import type { Executable } from '../executable.js'
import { type Lifecycle, named, noteFailure } from '../lifecycle.js'
import { openScope, type Passing, type ScopeOptions } from '../open-scope.js'
import { open } from '../receive.js'
import { type Recording, record } from '../record.js'
import type { Log } from '../scope.js'
import { QueueOverflow } from './bounded-queue.js'
import { createPreparer, type Prepare } from './prepare.js'
import { type Relaying, relay } from './relay.js'

export interface ProtocolOptions {
  readonly door: Door
  readonly lifecycle: Lifecycle
  readonly relaying: Relaying
  readonly scopes: ScopeOptions
  readonly recording: Recording
  readonly log: Log
  /** Operations that one socket may have under way; one more is refused with OVERLOADED. */
  readonly maxSubscriptionsPerSocket: number
  /** A socket that sends no connection_init within this time is closed (4408). */
  readonly connectionInitMs: number
}

export interface Extra {
  readonly socket: WebSocket
  readonly request: IncomingMessage
}

type Params = Record<string, unknown>
export type Protocol = ReturnType<typeof makeServer<Params, Extra>>

/** One operation of a socket: rides in graphql-ws's context value from onSubscribe to its execution. */
interface Running {
  readonly passing: Passing
  readonly executable: Executable
  readonly socket: WebSocket
}

/** Close code "try again later" (IANA registry of RFC 6455): the client reads slower than events come. */
const TRY_AGAIN_LATER = 1013

/** The graphql-transport-ws protocol with our door, life-cycle and relay behind it. */
export function makeProtocol(options: ProtocolOptions): Protocol {
  const prepare = createPreparer(options.relaying.supergraph.apiSchema)
  // What connection_init proved. Asked about again for every operation, since credentials expire.
  const credentials = new WeakMap<WebSocket, Credential | undefined>()
  return makeServer<Params, Extra>({
    connectionInitWaitTimeout: options.connectionInitMs,
    async onConnect(context) {
      try {
        const credential = credentialFrom(context)
        await admit(credential, undefined, options.door)
        credentials.set(context.extra.socket, credential)
        return true
      } catch (cause) {
        if (!(cause instanceof Refusal))
          options.log('a connection failed by our fault', { cause: String(cause) })
        return false
      }
    },
    onSubscribe: (context, _id, payload) =>
      begin(context, payload, credentials.get(context.extra.socket), { prepare, options }),
    // Results are formatted already; graphql-ws would ask their errors for toJSON but for onNext.
    execute: (args) => answer(args.contextValue as Running, options) as Promise<ExecutionResult>,
    subscribe: (args) => stoppable(args.contextValue as Running, options) as AsyncGenerator<ExecutionResult>,
    onNext: (_context, _id, _payload, _args, result) => result as FormattedExecutionResult,
  })
}

/** `authorization` in the payload of connection_init, else what the upgrade request brought. */
function credentialFrom(context: Context<Params, Extra>): Credential | undefined {
  const given = context.connectionParams?.['authorization'] ?? context.connectionParams?.['Authorization']
  return typeof given === 'string' ? bearer(given) : credentialOf(context.extra.request.headers)
}

interface Beginning {
  readonly prepare: Prepare
  readonly options: ProtocolOptions
}

async function begin(
  context: Context<Params, Extra>,
  payload: SubscribePayload,
  credential: Credential | undefined,
  { prepare, options }: Beginning,
): Promise<ExecutionArgs | readonly GraphQLError[]> {
  const { socket, request } = context.extra
  const passing = openScope(open(request.headers), options.scopes)
  try {
    if (Object.keys(context.subscriptions).length > options.maxSubscriptionsPerSocket) {
      const most = options.maxSubscriptionsPerSocket
      throw new Refusal('OVERLOADED', `A socket may have ${most} operations under way.`)
    }
    passing.passed('receive')
    passing.principal = await admit(credential, payload.query, options.door)
    passing.passed('admit')
    const prepared = prepare(payload.query)
    if (!('key' in prepared)) return refuse(passing, prepared, options)
    const { operationName, variables } = payload
    const { query } = payload
    const executable = { ...prepared, query, operationName, variables: variables ?? {} }
    const operation = getOperationAST(prepared.document, operationName)
    if (!operation) {
      const message = 'Name one operation of the document in operationName.'
      return refuse(passing, [coded('OPERATION_RESOLUTION_FAILURE', message)], options)
    }
    if (operation.operation === 'subscription') passing.unbound()
    const running: Running = { passing, executable, socket }
    return {
      schema: options.relaying.supergraph.apiSchema,
      document: prepared.document,
      ...(typeof operationName === 'string' ? { operationName } : {}),
      contextValue: running,
    }
  } catch (cause) {
    if (cause instanceof Refusal) return refuse(passing, [coded(cause.code, cause.message)], options)
    options.log('an operation failed by our fault', { cause: String(cause) })
    return refuse(passing, [coded('INTERNAL_SERVER_ERROR', MASKED_MESSAGE)], options)
  }
}

/** The errors as they go to the client; the operation ends here, so its row is written. */
function refuse(passing: Passing, errors: readonly GraphQLError[], options: ProtocolOptions): GraphQLError[] {
  const { requestId } = passing.scope
  end(passing, errors[0], options)
  return errors.map(
    (error) =>
      new GraphQLError(error.message, {
        nodes: error.nodes ?? null,
        source: error.source ?? null,
        positions: error.positions ?? null,
        extensions: { ...error.extensions, requestId },
      }),
  )
}

async function answer(
  { passing, executable }: Running,
  options: ProtocolOptions,
): Promise<FormattedExecutionResult> {
  const result = await options.lifecycle.overSocket(executable, passing.scope)
  end(passing, result.errors?.[0], options, Buffer.byteLength(JSON.stringify(result)))
  return result
}

/**
 * A generator that waits for an event is not ended by `return` before the event comes, so the signal of the operation
 * is aborted first.
 */
function stoppable(running: Running, options: ProtocolOptions): AsyncGenerator<FormattedExecutionResult> {
  const events = follow(running, options)
  const end = events.return.bind(events)
  events.return = (value) => {
    running.passing.stop()
    return end(value)
  }
  return events
}

async function* follow(
  { passing, executable, socket }: Running,
  options: ProtocolOptions,
): AsyncGenerator<FormattedExecutionResult> {
  const { scope } = passing
  let failed: GraphQLError | undefined
  try {
    for await (const { data, errors } of relay(executable, scope, options.relaying)) {
      if (errors === undefined) yield { data: data ?? null }
      else yield formatted(data, errors, passing)
    }
  } catch (cause) {
    if (cause instanceof QueueOverflow) {
      failed = coded('OVERLOADED', cause.message)
      socket.close(TRY_AGAIN_LATER, 'Events come faster than they are read')
      return
    }
    if (!(cause instanceof GraphQLError))
      options.log('a subscription failed by our fault', { cause: String(cause) })
    failed = cause instanceof GraphQLError ? cause : coded('INTERNAL_SERVER_ERROR', MASKED_MESSAGE)
    yield formatted(undefined, [failed], passing)
  } finally {
    // Bytes of events are not counted: each is written once, by graphql-ws.
    end(passing, failed, options)
  }
}

function formatted(
  data: FormattedExecutionResult['data'],
  errors: readonly GraphQLError[],
  { scope }: Passing,
): FormattedExecutionResult {
  const told = errors.map((error) => named(error.toJSON(), scope))
  return data === undefined ? { errors: told } : { errors: told, data }
}

function end(
  passing: Passing,
  error: Parameters<typeof noteFailure>[1],
  { recording }: ProtocolOptions,
  bytesOut = 0,
): void {
  passing.close()
  if (error !== undefined) noteFailure(passing.scope, error)
  record(passing.scope, { httpStatus: 101, bytesOut }, recording)
}
