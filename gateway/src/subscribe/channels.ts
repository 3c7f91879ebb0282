import { Channel, type ChannelCounters, type Member, type Source } from './channel.js'

/** The open streams of a gateway. Subscriptions of one key share a channel; the last to leave ends it. */
export interface Channels {
  /** How many are open: each is one subscription at a subgraph. */
  readonly size: number
  readonly counters: Readonly<ChannelCounters>
  /** Joins the channel of the source's key, or opens it. `onOverflow`: see {@link Channel.join}. */
  join(source: Source, onOverflow: () => void): Member
}

/** Opens channels as they are asked for. `nowUs` reads the clock. */
export function createChannels(nowUs: () => number): Channels {
  const shared = new Map<string, Channel>()
  const counters: ChannelCounters = { executions: 0, deliveries: 0, conflated: 0, overflows: 0 }
  let open = 0
  const forget = (key: string | undefined, channel: Channel) => {
    if (key !== undefined && shared.get(key) === channel) shared.delete(key)
  }
  const start = (source: Source): Channel => {
    const channel = new Channel(source, counters, nowUs)
    if (source.key !== undefined) shared.set(source.key, channel)
    open += 1
    // Members join in the turn in which the stream is opened; its first event must not pass them by.
    void Promise.resolve()
      .then(() => channel.run())
      .finally(() => {
        open -= 1
        forget(source.key, channel)
      })
    return channel
  }
  return {
    get size() {
      return open
    },
    counters,
    join(source, onOverflow) {
      const running = source.key === undefined ? undefined : shared.get(source.key)
      const channel = running ?? start(source)
      // Out of the table at once when the last member goes: who comes now must not join a stream that is ending.
      const forgetEmpty = () => {
        if (channel.isEmpty) forget(source.key, channel)
      }
      const queue = channel.join(() => {
        forgetEmpty()
        onOverflow()
      })
      return {
        next: () => queue.next(),
        leave() {
          channel.leave(queue)
          forgetEmpty()
        },
      }
    },
  }
}
