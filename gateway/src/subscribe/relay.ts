import { nowUs } from '@lighthouse/analytics/recorder/clock'
import { LRUCache } from 'lru-cache'
import { type Authorize, permitted } from '../authorize/authorize.js'
import type { Executable } from '../executable.js'
import { plan, type Plans } from '../plan.js'
import type { GatewayRecorder, Scope } from '../scope.js'
import type { Channels } from './channels.js'
import { noteFailure, resultText } from '../result.js'
import { type Sourcing, sourceOf } from './source.js'

export interface Relaying extends Sourcing {
  readonly plans: Plans
  readonly authorize?: Authorize | undefined
  readonly channels: Channels
  readonly recorder: GatewayRecorder
  /** How this process is named in stops. */
  readonly process: string
}

/** What the relay asks of the one it relays to. */
export interface Listener {
  /** Rejects when the events may not be delivered any more; asked before each of them. */
  check(): Promise<void>
  /** The client reads slower than events come: it was cut, and may never ask for another event. */
  onOverflow(): void
}

/** Traces whose `relay` was noted; the oldest are forgotten. */
const MAX_RELAYED_TRACES = 1_000
const relayed = new LRUCache<string, true>({ max: MAX_RELAYED_TRACES })

/**
 * Relays a subscription of a valid document as JSON texts: each event of the subgraph, with the fields of other
 * subgraphs filled in, shaped as the client selected. Rejects with a GraphQLError when the stream breaks, with
 * QueueOverflow when the reader falls behind, and with what `check` rejects with.
 */
export async function* relay(
  executable: Executable,
  scope: Scope,
  listener: Listener,
  relaying: Relaying,
): AsyncGenerator<string, void> {
  const authorized = relaying.authorize?.(executable, scope) ?? permitted(executable)
  const ready = await plan(authorized.executable, relaying.plans)
  scope.facts.operation = ready.planned.operation.name?.value ?? scope.facts.operation
  scope.facts.type = 'subscription'
  const errors = authorized.refused ?? ('errors' in ready ? ready.errors : undefined)
  if (errors !== undefined || 'errors' in ready) {
    noteFailure(scope, errors?.[0])
    yield resultText({ errors: errors ?? [] }, scope)
    return
  }
  const source = sourceOf(ready, authorized, scope, relaying)
  const member = relaying.channels.join(source, () => listener.onOverflow())
  scope.facts.establishedUs = nowUs()
  const leave = () => member.leave()
  const { signal } = scope.ending
  signal.addEventListener('abort', leave, { once: true })
  if (signal.aborted) leave()
  try {
    for (;;) {
      const event = await member.next()
      if (event === undefined) return
      await listener.check()
      yield event.text
      // The client's connection took the event when the next one is asked for.
      noteRelay(event.traces, event.atUs, relaying)
    }
  } finally {
    signal.removeEventListener('abort', leave)
    leave()
  }
}

function noteRelay(traces: readonly string[], atUs: number, { recorder, process }: Relaying): void {
  for (const traceId of traces) {
    if (relayed.has(traceId)) continue
    relayed.set(traceId, true)
    recorder.stop({
      ts: Math.floor(atUs / 1_000),
      trace_id: traceId,
      stop: 'relay',
      process,
      start_us: atUs,
      duration_us: nowUs() - atUs,
    })
  }
}
