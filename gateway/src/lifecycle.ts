import { ApolloServer, type ApolloServerPlugin, HeaderMap } from '@apollo/server'
import { ApolloServerPluginCacheControlDisabled } from '@apollo/server/plugin/disabled'
import {
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled'
import type { ExecutionResult, FormattedExecutionResult, GraphQLFormattedError } from 'graphql'
import { textOf } from './answer-text.js'
import type { Executable } from './executable.js'
import { isErrorCode } from './errors.js'
import type { Received } from './receive.js'
import { statusOf } from './record.js'
import type { Log, Scope } from './scope.js'
import type { Supergraph } from './supergraph/supergraph.js'

/** An answer as it goes on the wire. */
export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

/** The life-cycle of an operation as Apollo Server runs it: parse, validate, execute, format. */
export interface Lifecycle extends AsyncDisposable {
  overHttp(received: Received, scope: Scope): Promise<Answer>
  /** A query or mutation that came over a WebSocket. */
  overSocket(executable: Executable, scope: Scope): Promise<FormattedExecutionResult>
}

export interface LifecycleOptions {
  readonly supergraph: Supergraph
  readonly introspection: boolean
  readonly execute: (executable: Executable, scope: Scope) => Promise<ExecutionResult>
  readonly log: Log
}

/** Starts Apollo Server with our executor as its gateway. Nothing of it listens: requests are handed to it. */
export async function startLifecycle(options: LifecycleOptions): Promise<Lifecycle> {
  const server = createServer(options)
  await server.start()
  return {
    async overHttp(received, scope) {
      const headers = new HeaderMap()
      for (const [name, value] of Object.entries(received.headers)) {
        if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value)
      }
      const answer = await server.executeHTTPGraphQLRequest({
        httpGraphQLRequest: {
          method: received.method,
          headers,
          search: received.search,
          body: received.body,
        },
        context: () => Promise.resolve(scope),
      })
      const text = answer.body.kind === 'complete' ? answer.body.string : ''
      const status = answer.status ?? 200
      return {
        status,
        headers: Object.fromEntries(answer.headers),
        text: scope.facts.hash === '' && status >= 400 ? withRequestId(text, scope) : text,
      }
    },
    async overSocket({ query, operationName, variables }, scope) {
      const request = { query, operationName: operationName ?? undefined, variables: { ...variables } }
      const answer = await server.executeOperation(request as Parameters<typeof server.executeOperation>[0], {
        contextValue: scope,
      })
      const { body } = answer
      return (body.kind === 'single' ? body.singleResult : body.initialResult) as FormattedExecutionResult
    },
    [Symbol.asyncDispose]: () => server.stop(),
  }
}

function createServer({ supergraph, introspection, execute, log }: LifecycleOptions): ApolloServer<Scope> {
  const say = (message: unknown) => log('apollo', { message: String(message) })
  return new ApolloServer<Scope>({
    gateway: {
      onSchemaLoadOrUpdate(announce) {
        announce({ apiSchema: supergraph.apiSchema, coreSupergraphSdl: supergraph.sdl })
        return () => undefined
      },
      load: () =>
        Promise.resolve({
          executor: (context) =>
            execute(
              {
                document: context.document,
                query: context.source,
                key: context.queryHash,
                operationName: context.request.operationName,
                variables: context.request.variables ?? {},
              },
              context.context as Scope,
            ),
        }),
      stop: () => Promise.resolve(),
    },
    introspection,
    nodeEnv: 'production',
    persistedQueries: false,
    // `receive` does it: more is let through, and cookies never speak for what is.
    csrfPrevention: false,
    hideSchemaDetailsFromClientErrors: true,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    stringifyResult: textOf,
    logger: { debug: () => undefined, info: () => undefined, warn: say, error: say },
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginCacheControlDisabled(),
      noteErrors(),
    ],
  })
}

/** Keeps the first error's code for the operation's row and names the request in every error that leaves. */
function noteErrors(): ApolloServerPlugin<Scope> {
  return {
    requestDidStart: () =>
      Promise.resolve({
        didResolveSource(context) {
          context.contextValue.facts.hash = context.queryHash
          return Promise.resolve()
        },
        willSendResponse({ response, contextValue }) {
          if (response.body.kind !== 'single') return Promise.resolve()
          const { errors } = response.body.singleResult
          if (errors === undefined || errors.length === 0) return Promise.resolve()
          noteFailure(contextValue, errors[0])
          response.body.singleResult = {
            ...response.body.singleResult,
            errors: errors.map((error) => named(error, contextValue)),
          }
          return Promise.resolve()
        },
      }),
  }
}

/** Writes how an operation failed into its facts, unless something is known already. */
export function noteFailure(
  scope: Scope,
  error: { readonly extensions?: GraphQLFormattedError['extensions'] | undefined } | undefined,
): void {
  if (scope.facts.errorCode !== '') return
  const code = error?.extensions?.['code']
  scope.facts.errorCode = typeof code === 'string' ? code : 'INTERNAL_SERVER_ERROR'
  scope.facts.status = isErrorCode(code) ? statusOf(code) : 'graphql_error'
}

/** The error as clients see it: with the id under which the log knows it. */
export function named(error: GraphQLFormattedError, scope: Pick<Scope, 'requestId'>): GraphQLFormattedError {
  return { ...error, extensions: { ...error.extensions, requestId: scope.requestId } }
}

/** Refusals that come before Apollo's pipeline pass no plugin, so their text is opened again. */
function withRequestId(text: string, scope: Scope): string {
  const result = JSON.parse(text) as FormattedExecutionResult
  noteFailure(scope, result.errors?.[0])
  return JSON.stringify({ ...result, errors: result.errors?.map((error) => named(error, scope)) })
}
