import { nowUs } from '@lighthouse/analytics/recorder/clock'
import type { Authorize } from '../authorize/authorize.js'
import type { Plans } from '../plan.js'
import type { Streaming } from './begin.js'
import { createChannels } from './channels.js'
import { Seats } from './seats.js'
import type { Sourcing } from './source.js'

/** What may be set of streams. */
export interface StreamOptions {
  /** Sockets that may be open, and likewise event streams; one more is refused with 503. */
  readonly maxSockets?: number
  readonly maxSubscriptionsPerSocket?: number
  readonly maxSocketsPerAgent?: number
  /** Subscriptions that an agent may have open, over whichever transport. */
  readonly maxSubscriptionsPerAgent?: number
  /** Milliseconds within which a socket must send connection_init. */
  readonly connectionInitMs?: number
  /** Messages and pings that a socket may send each second, and twice as many at once; more close it. */
  readonly maxMessagesPerSecond?: number
  /** Every so often, in milliseconds, a connection must show that it is there, and its credential must still hold. */
  readonly keepAliveMs?: number
  /** Root fields of subscriptions whose events are states: the newest replaces older ones that wait. */
  readonly conflated?: readonly string[]
  /** Root fields of subscriptions that begin with what happened before, so that no two clients share a stream. */
  readonly unshared?: readonly string[]
}

interface Base extends Omit<Streaming, 'relaying'> {
  readonly plans: Plans
  readonly authorize: Authorize | undefined
  readonly supergraph: Sourcing['supergraph']
  readonly asking: Sourcing['asking']
  readonly exactNumbers?: boolean | undefined
}

/** What streams stand on while one supergraph serves. */
export function createStreaming(base: Base, options: StreamOptions): Streaming {
  const { recording, scopes } = base
  return {
    ...base,
    relaying: {
      ...base,
      channels: createChannels(nowUs),
      recorder: recording.recorder,
      process: recording.gatewayId,
      deadlineMs: scopes.deadlines.ms,
      conflated: options.conflated ?? ['liveMetrics'],
      unshared: options.unshared ?? ['eventStream'],
    },
  }
}

/** The bounds of WebSockets and event streams, which no supergraph changes, with their defaults. */
export function streamBounds(options: StreamOptions) {
  const maxStreams = options.maxSockets ?? 5_000
  return {
    seats: new Seats(options.maxSubscriptionsPerAgent ?? 5_000),
    agentSockets: new Seats(options.maxSocketsPerAgent ?? 2_000),
    maxStreams,
    maxSockets: maxStreams,
    maxSubscriptionsPerSocket: options.maxSubscriptionsPerSocket ?? 50,
    connectionInitMs: options.connectionInitMs ?? 5_000,
    maxMessagesPerSecond: options.maxMessagesPerSecond ?? 200,
    keepAliveMs: options.keepAliveMs ?? 12_000,
  }
}
