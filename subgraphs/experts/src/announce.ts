import type { Principal } from '@lighthouse/contract/principal'
import type { SubgraphTransport } from '@lighthouse/contract/subgraph-request'
import { messageOf } from '@lighthouse/chassis/errors'
import type { Log } from '@lighthouse/chassis/log'

import type { Announcement } from './announcements.js'

/** Who caused it: the request whose principal and trace the events carry. */
export interface Cause {
  readonly principal: Principal | undefined
  readonly requestId: string
  readonly traceId: string
}

export interface Announcer extends AsyncDisposable {
  /** Hands events over for appending, in order, and returns at once: a decision never waits for its announcement. */
  announce(cause: Cause, events: readonly Announcement[]): void
  counts(): { readonly appended: number; readonly lost: number }
}

const APPEND = `mutation AppendConsultation($input: [EventInput!]!) { appendEvents(input: $input) { lastSequence } }`
/** Events that wait for the log; past it they are counted as lost. */
const MAX_WAITING = 1_000
const MAX_BATCH = 100
const APPEND_MS = 5_000

/**
 * Appends events through the events peer, one batch at a time. What cannot be appended is logged and counted, never
 * retried: the consultation itself is part of the decision's own event.
 */
export function createAnnouncer(events: SubgraphTransport | undefined, log: Log): Announcer {
  const waiting: { cause: Cause; event: Announcement }[] = []
  const counts = { appended: 0, lost: 0 }
  let running: Promise<void> | undefined

  const run = async (peer: SubgraphTransport) => {
    while (waiting.length > 0) {
      const cause = waiting[0]?.cause
      if (!cause) return
      const other = waiting.findIndex((item) => item.cause !== cause)
      const batch = waiting.splice(0, Math.min(other < 0 ? waiting.length : other, MAX_BATCH))
      try {
        await append(
          peer,
          cause,
          batch.map((item) => item.event),
        )
        counts.appended += batch.length
      } catch (error) {
        counts.lost += batch.length
        log.warn('events of a consultation were not appended', {
          lost: batch.length,
          reason: messageOf(error),
        })
      }
    }
  }

  return {
    announce(cause, announcements) {
      if (!events) return
      for (const event of announcements) {
        if (waiting.length < MAX_WAITING) waiting.push({ cause, event })
        else counts.lost++
      }
      running ??= run(events).finally(() => {
        running = undefined
      })
    },
    counts: () => ({ ...counts }),
    async [Symbol.asyncDispose]() {
      await running
    },
  }
}

async function append(peer: SubgraphTransport, cause: Cause, input: readonly Announcement[]): Promise<void> {
  const { principal, requestId, traceId } = cause
  const answer = await peer.request({
    query: APPEND,
    variables: { input },
    principal,
    requestId,
    traceId,
    // Its own time: the request that caused it may be answered already. Its stops are not this request's `append`.
    deadlineAt: Date.now() + APPEND_MS,
    signal: AbortSignal.timeout(APPEND_MS),
    noteStop: undefined,
  })
  const [error] = answer.errors ?? []
  if (error) throw new Error(error.message)
}
