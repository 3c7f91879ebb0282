import { GraphQLScalarType, Kind } from 'graphql'
import { MAX_INTERVAL_MS, MIN_INTERVAL_MS } from '../live/publish.js'
import { latency } from '../queries/latency.js'
import { latencySeries } from '../queries/latency-series.js'
import { operations, type OperationSort } from '../queries/operations.js'
import { subgraphStats } from '../queries/subgraph-stats.js'
import { tierStats } from '../queries/tier-stats.js'
import { walk } from '../queries/walk.js'
import { walks } from '../queries/walks.js'
import { windowSeconds } from '../queries/window.js'
import { coded } from './errors.js'
import type { Scope } from './scope.js'
import { reportShown, type Shown } from './shown.js'

/** The bounds of list arguments. */
const MAX_OPERATIONS = 1_000
const MAX_POINTS = 1_000
const MAX_WALKS = 200

function windowOf(text: string): number {
  const seconds = windowSeconds(text)
  if (seconds !== undefined) return seconds
  throw coded(
    'BAD_USER_INPUT',
    `"${text}" is not a window: send an ISO 8601 duration of 1 second to 400 days, such as PT5M or P7D.`,
  )
}

function within(name: string, value: number, [least, most]: readonly [number, number]): number {
  if (value >= least && value <= most) return value
  throw coded('BAD_USER_INPUT', `${name} is ${value}; it must be from ${least} to ${most}.`)
}

function isoOf(value: unknown): string {
  return new Date(value as number).toISOString()
}

const DateTime = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  serialize: isoOf,
  parseValue: dateOf,
  parseLiteral: (node) => dateOf(node.kind === Kind.STRING ? node.value : undefined),
})

const DATE_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/

function dateOf(value: unknown): Date {
  const date = new Date(typeof value === 'string' && DATE_TIME.test(value) ? value : Number.NaN)
  if (Number.isNaN(date.getTime())) {
    throw coded('BAD_USER_INPUT', 'DateTime is an RFC 3339 text such as 2026-01-31T12:00:00.000Z.')
  }
  return date
}

interface Windowed {
  readonly window: string
}

/** The fields of analytics/schema.graphql. */
export const resolvers = {
  DateTime,
  Query: {
    latency: (_: unknown, args: Windowed & { operation: string }, scope: Scope) =>
      latency(scope, args.operation, windowOf(args.window)),
    operations: (_: unknown, args: Windowed & { first: number; sort: OperationSort }, scope: Scope) =>
      operations(scope, {
        windowS: windowOf(args.window),
        first: within('first', args.first, [1, MAX_OPERATIONS]),
        sort: args.sort,
      }),
    latencySeries: (
      _: unknown,
      args: Windowed & { operation?: string | null; points: number },
      scope: Scope,
    ) =>
      latencySeries(scope, {
        operation: args.operation ?? undefined,
        windowS: windowOf(args.window),
        points: within('points', args.points, [1, MAX_POINTS]),
      }),
    subgraphStats: (_: unknown, args: Windowed, scope: Scope) => subgraphStats(scope, windowOf(args.window)),
    tierStats: (_: unknown, args: Windowed, scope: Scope) => tierStats(scope, windowOf(args.window)),
    walk: (_: unknown, args: { traceId: string }, scope: Scope) => walk(scope, args.traceId),
    walks: (_: unknown, args: { first: number }, scope: Scope) =>
      walks(scope, within('first', args.first, [1, MAX_WALKS])),
  },
  Mutation: {
    reportShown: (_: unknown, args: { input: Shown[] }, scope: Scope) => reportShown(args.input, scope),
  },
  Subscription: {
    liveMetrics: {
      subscribe: (_: unknown, args: { intervalMs: number }, scope: Scope) =>
        scope.publisher.subscribe(
          within('intervalMs', args.intervalMs, [MIN_INTERVAL_MS, MAX_INTERVAL_MS]),
          scope.signal,
        ),
      resolve: (frame: unknown) => frame,
    },
  },
}
