import { coded } from '@lighthouse/chassis/errors'
import type { Decision } from '@lighthouse/contract/decision'
import type { DecideRequest, ValidationDecision } from './decision.js'
import { callKey } from './fingerprint.js'

/** The newest decisions that are kept in memory; older ones are in the event log. */
const MAX_KEPT = 10_000
/** How long a requestId stands for its decision. */
const SAME_REQUEST_MS = 3_600_000
/** Decisions that wait for one slow follower; the oldest are dropped. */
const MAX_WAITING = 1_000
const MAX_FOLLOWERS = 1_000
/** Longest input of a tool, in characters, that is kept beside its decision. */
const MAX_INPUT_LENGTH = 4_096

export interface Kept {
  readonly decision: ValidationDecision
  /** Tells whether the same requestId stands for the same; '' when there is none. */
  readonly toolCall: string
  /** What was asked, so that it can be explained; undefined for an input that is too large to be kept. */
  readonly request: DecideRequest | undefined
  readonly at: number
}

export interface Filter {
  readonly last: number
  readonly decision?: Decision | undefined
  readonly agentId?: string | undefined
}

export interface Decisions {
  add(decision: ValidationDecision, request: DecideRequest): void
  find(id: string): ValidationDecision | undefined
  /** What was asked for a decision, while it is held. */
  findCall(id: string): DecideRequest | undefined
  /** The decision of this agent under this requestId within the last hour. */
  findRequest(agentId: string, requestId: string): Kept | undefined
  /** Newest first. */
  list(filter: Filter): ValidationDecision[]
  /** Decisions from now on, until the signal aborts. Throws OVERLOADED when there are too many followers. */
  follow(signal: AbortSignal): AsyncGenerator<ValidationDecision, void, undefined>
  readonly size: number
}

export interface DecisionsOptions {
  readonly max?: number
  readonly now?: () => number
}

export function openDecisions({ max = MAX_KEPT, now = Date.now }: DecisionsOptions = {}): Decisions {
  // In order of arrival: a map's oldest entry is slow to find once others were deleted before it.
  const ring: (Kept | undefined)[] = Array.from({ length: max }, () => undefined)
  let arrived = 0
  /** Decisions before this arrival are in the index. Few are ever looked up: the others are not put there meanwhile. */
  let indexed = 0
  const byId = new Map<string, Kept>()
  const byRequest = new Map<string, Kept>()
  const followers = new Set<(decision: ValidationDecision) => void>()

  const lookUp = (id: string): Kept | undefined => {
    for (indexed = Math.max(indexed, arrived - max); indexed < arrived; indexed += 1) {
      const kept = ring[indexed % max]
      if (kept !== undefined) byId.set(kept.decision.id, kept)
    }
    return byId.get(id)
  }
  const forgetOldest = (): void => {
    const kept = ring[arrived % max]
    if (kept === undefined) return
    const { id, agentId, requestId } = kept.decision
    if (arrived - max < indexed) byId.delete(id)
    if (requestId === null) return
    const key = requestKey(agentId, requestId)
    if (byRequest.get(key) === kept) byRequest.delete(key)
  }

  return {
    add(decision, request) {
      const { agentId, requestId } = decision
      const toolCall = requestId === null ? '' : callKey(request.call)
      const small = weightOf(request.call.toolInput, MAX_INPUT_LENGTH) <= MAX_INPUT_LENGTH
      const kept = { decision, toolCall, request: small ? request : undefined, at: now() }
      forgetOldest()
      ring[arrived % max] = kept
      arrived += 1
      if (requestId !== null) byRequest.set(requestKey(agentId, requestId), kept)
      for (const tell of followers) tell(decision)
    },
    find: (id) => lookUp(id)?.decision,
    findCall: (id) => lookUp(id)?.request,
    findRequest(agentId, requestId) {
      const kept = byRequest.get(requestKey(agentId, requestId))
      return kept !== undefined && now() - kept.at < SAME_REQUEST_MS ? kept : undefined
    },
    list({ last, decision, agentId }) {
      const found: ValidationDecision[] = []
      for (let back = 1; back <= Math.min(arrived, max) && found.length < last; back += 1) {
        const one = ring[(arrived - back) % max]?.decision
        if (one === undefined) break
        if (
          (decision === undefined || one.decision === decision) &&
          (agentId === undefined || one.agentId === agentId)
        )
          found.push(one)
      }
      return found
    },
    follow(signal) {
      if (followers.size >= MAX_FOLLOWERS)
        throw coded('OVERLOADED', `${MAX_FOLLOWERS} others follow decisions already; try again later.`)
      return follow(followers, signal)
    },
    get size() {
      return Math.min(arrived, max)
    },
  }
}

/** About how many characters a JSON value has; stops counting above `most`. */
function weightOf(value: unknown, most: number): number {
  if (typeof value === 'string') return value.length
  if (typeof value !== 'object' || value === null) return 8
  let weight = 8
  for (const key in value) {
    if (weight > most) break
    weight += key.length + weightOf((value as Record<string, unknown>)[key], most - weight)
  }
  return weight
}

function requestKey(agentId: string, requestId: string): string {
  return JSON.stringify([agentId, requestId])
}

async function* follow(
  followers: Set<(decision: ValidationDecision) => void>,
  signal: AbortSignal,
): AsyncGenerator<ValidationDecision, void, undefined> {
  const waiting: ValidationDecision[] = []
  let wake: () => void = () => {}
  const tell = (decision: ValidationDecision): void => {
    if (waiting.length >= MAX_WAITING) waiting.shift()
    waiting.push(decision)
    wake()
  }
  const stop = (): void => wake()
  followers.add(tell)
  signal.addEventListener('abort', stop)
  try {
    while (!signal.aborted) {
      const next = waiting.shift()
      if (next !== undefined) yield next
      else await new Promise<void>((resolve) => (wake = resolve))
    }
  } finally {
    followers.delete(tell)
    signal.removeEventListener('abort', stop)
  }
}
