import type { AgentRole } from '@lighthouse/contract/principal'
import type { Confidence, Decision, RiskLevel, Tier, TierOutcome } from '@lighthouse/contract/decision'
import type { EventType } from '@lighthouse/contract/event-types'

/** A GraphQL document with the types of its answer and variables, which exist for the compiler only. */
export interface Operation<Data, Variables> {
  readonly name: string
  readonly kind: 'query' | 'mutation' | 'subscription'
  readonly text: string
  readonly types?: (variables: Variables) => Data
}

export interface ValidationInput {
  readonly toolName: string
  readonly toolInput: unknown
  readonly requestId?: string | undefined
  readonly sessionId?: string | undefined
  readonly cwd?: string | undefined
  readonly projectRoot?: string | undefined
}

export interface ValidationDecision {
  readonly id: string
  readonly requestId: string | null
  readonly decision: Decision
  readonly tier: Tier
  readonly originTier: Tier
  readonly confidence: Confidence
  readonly confidenceScore: number
  readonly riskLevel: RiskLevel
  readonly reason: string
  readonly cacheHit: boolean
  readonly processingMs: number
  readonly policyVersion: string
  readonly subject: string
  readonly decidedAt: string
  readonly traceId: string
  readonly tierTimings: readonly { readonly tier: Tier; readonly ms: number; readonly outcome: TierOutcome }[]
}

/** All of a decision that its own subgraph knows: one fetch, no reference followed, the quickest to answer. */
export const VALIDATE: Operation<
  { readonly validateCommand: ValidationDecision },
  { readonly input: ValidationInput }
> = {
  name: 'Validate',
  kind: 'mutation',
  text: `mutation Validate($input: ValidationInput!) {
  validateCommand(input: $input) {
    id requestId decision tier originTier confidence confidenceScore riskLevel reason cacheHit processingMs
    policyVersion subject decidedAt traceId tierTimings { tier ms outcome }
  }
}`,
}

export interface TextSpan {
  readonly start: number
  readonly end: number
}

/** Why a call would be decided as it would. */
export interface Explanation {
  readonly decision: Decision
  readonly tier: Tier
  readonly riskLevel: RiskLevel
  readonly reason: string
  readonly policyVersion: string
  readonly tree: unknown
  readonly effects: readonly {
    readonly kind: string
    readonly target: string
    readonly recursive: boolean
    readonly dynamic: boolean
    readonly span: TextSpan | null
  }[]
  readonly rules: readonly {
    readonly id: string
    readonly pack: string
    readonly decision: Decision
    readonly riskLevel: RiskLevel
    readonly reason: string
    readonly span: TextSpan | null
  }[]
  readonly tiers: readonly {
    readonly tier: Tier
    readonly outcome: TierOutcome
    readonly ms: number
    readonly decision: Decision | null
    readonly reason: string | null
  }[]
  readonly changes: readonly {
    readonly what: string
    readonly decision: Decision
    readonly span: TextSpan | null
  }[]
}

export const EXPLAIN: Operation<{ readonly explain: Explanation }, { readonly input: ValidationInput }> = {
  name: 'Explain',
  kind: 'query',
  text: `query Explain($input: ValidationInput!) {
  explain(input: $input) {
    decision tier riskLevel reason policyVersion tree
    effects { kind target recursive dynamic span { start end } }
    rules { id pack decision riskLevel reason span { start end } }
    tiers { tier outcome ms decision reason }
    changes { what decision span { start end } }
  }
}`,
}

export interface LogEvent {
  readonly id: string
  readonly sequence: number
  readonly type: EventType
  readonly aggregateId: string
  readonly aggregateType: string
  readonly aggregateVersion: number
  readonly timestamp: string
  readonly data: unknown
  readonly correlationId: string | null
  readonly causationId: string | null
  readonly agent: { readonly id: string } | null
}

export interface EventFilter {
  readonly types?: readonly EventType[] | undefined
  readonly aggregateId?: string | undefined
  readonly agentId?: string | undefined
}

const EVENT_FIELDS =
  'id sequence type aggregateId aggregateType aggregateVersion timestamp data correlationId causationId agent { id }'

/** Events in order of sequence after a cursor. */
export const READ_EVENTS: Operation<
  {
    readonly events: {
      readonly events: readonly LogEvent[]
      readonly lastSequence: number
      readonly hasMore: boolean
    }
  },
  {
    readonly filter?: EventFilter | undefined
    readonly first?: number | undefined
    readonly last?: number | undefined
    readonly after?: number | undefined
  }
> = {
  name: 'ReadEvents',
  kind: 'query',
  text: `query ReadEvents($filter: EventFilter, $first: Int, $last: Int, $after: SafeInt) {
  events(filter: $filter, first: $first, last: $last, after: $after) {
    events { ${EVENT_FIELDS} } lastSequence hasMore
  }
}`,
}

/** Events as they are appended, after a cursor when one is given. */
export const WATCH_EVENTS: Operation<
  { readonly eventStream: LogEvent },
  { readonly since?: number | undefined; readonly filter?: EventFilter | undefined }
> = {
  name: 'WatchEvents',
  kind: 'subscription',
  text: `subscription WatchEvents($since: SafeInt, $filter: EventFilter) {
  eventStream(since: $since, filter: $filter) { ${EVENT_FIELDS} }
}`,
}

/** Who the key belongs to. */
export const WHO_AM_I: Operation<
  { readonly me: { readonly id: string; readonly name: string; readonly role: AgentRole } },
  Record<string, never>
> = { name: 'WhoAmI', kind: 'query', text: 'query WhoAmI { me { id name role } }' }

export interface OperationStats {
  readonly name: string
  readonly count: number
  readonly errors: number
  readonly p50Ms: number | null
  readonly p95Ms: number | null
  readonly p99Ms: number | null
}

/** Every operation of a window with its counts and percentiles. */
export const READ_OPERATIONS: Operation<
  { readonly operations: readonly OperationStats[] },
  { readonly window?: string | undefined; readonly first?: number | undefined }
> = {
  name: 'ReadOperations',
  kind: 'query',
  text: `query ReadOperations($window: Duration, $first: Int) {
  operations(window: $window, first: $first) { name count errors p50Ms p95Ms p99Ms }
}`,
}
