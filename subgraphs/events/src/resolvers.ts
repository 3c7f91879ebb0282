import { coded } from '@lighthouse/chassis/errors'
import { GOVERNING_AGGREGATES, GOVERNING_EVENT_TYPES } from '@lighthouse/contract/event-types'
import type { Resolvers } from '@lighthouse/chassis/define'
import type { EntityResolvers, Representation } from '@lighthouse/chassis/entities'
import { observe } from '@lighthouse/chassis/observe'
import { permit } from '@lighthouse/chassis/permit'
import type { Scope } from '@lighthouse/chassis/scope'
import type { Appender } from './append.js'
import type { EventFilter, EventInput, LogEvent } from './event.js'
import { follow } from './follow.js'
import type { EventLog } from './log/event-log.js'
import { MAX_PAGE, type PageRequest, get, read } from './read.js'
import type { Agent } from './registry/agents.js'
import type { Registry } from './registry/registry.js'
import type { Tail } from './tail.js'

export interface EventsParts {
  readonly log: EventLog
  readonly tail: Tail
  readonly appender: Appender
  readonly registry: Pick<Registry, 'agent' | 'agents'>
}

/** What is read back as a decision of those who run the system must have been theirs. */
function governs({ type, aggregateId }: EventInput): boolean {
  return (
    GOVERNING_EVENT_TYPES.has(type) ||
    GOVERNING_AGGREGATES.some((prefix) => String(aggregateId).startsWith(prefix))
  )
}

/** Whoever has a credential may read. */
const mayRead = (scope: Scope) => permit(scope, 'GUEST', 'read the event log')

/** All resolvers of schema.graphql. */
export function createResolvers(parts: EventsParts): Resolvers {
  const { log, tail, appender, registry } = parts
  return {
    Query: {
      me: (_root, _args, scope) => {
        const { agentId, role } = permit(scope, 'GUEST', 'ask who you are')
        return registry.agent(agentId) ?? { id: agentId, name: agentId, role, createdAt: 0 }
      },
      agent: (_root, { id }: { id: string }, scope) => mayRead(scope) && registry.agent(id),
      agents: (_root, _args, scope) => mayRead(scope) && registry.agents(),
      event: (_root, { id }: { id: string }, scope) =>
        mayRead(scope) && eventById(log, scope).load(id.toLowerCase()),
      events: (_root, args: PageRequest, scope) =>
        mayRead(scope) && read(log, { ...args, signal: scope.signal }),
    },
    Mutation: {
      appendEvents(_root, { input }: { input: EventInput[] }, scope) {
        const by = input.some(governs)
          ? permit(scope, 'SYSTEM_AGENT', 'append events that govern Lighthouse')
          : permit(scope, 'AGENT', 'append events')
        return observe(scope, 'append', () => appender.append(input, by))
      },
    },
    Subscription: {
      eventStream: {
        subscribe(_root, args: { since?: number | null; filter?: EventFilter | null }, scope) {
          mayRead(scope)
          return follow(log, tail, { ...args, signal: scope.signal })
        },
        resolve: (event) => event,
      },
    },
    Event: {
      agent: ({ agentId }: LogEvent) => registry.agent(agentId),
    },
    Agent: {
      events: ({ id }: Agent, { last }: { last: number }, scope) =>
        mayRead(scope) && newestOf(log, scope).load(JSON.stringify([id, last])),
    },
    ValidationDecision: {
      events: ({ id }: { id: string }, _args, scope) => mayRead(scope) && eventsOf(log, scope).load(id),
    },
  }
}

/** How references to this subgraph's entities become objects. */
export function createEntities({ log, registry }: EventsParts): EntityResolvers<Scope> {
  return {
    Agent: (reference) => registry.agent(idOf(reference)),
    Event: (reference, scope) => mayRead(scope) && eventById(log, scope).load(idOf(reference).toLowerCase()),
    // The decision itself is another subgraph's; here it is only the name under which its events are kept.
    ValidationDecision: (reference) => ({ id: idOf(reference) }),
  }
}

function idOf(reference: Representation): string {
  const id = reference['id']
  if (typeof id !== 'string')
    throw coded('BAD_USER_INPUT', `A ${reference.__typename} is referred to by its id.`)
  return id
}

function eventById(log: EventLog, scope: Scope) {
  return scope.loads.of<string, LogEvent | null>('Event by id', async (ids) => {
    const { sequences } = await log.look(ids, [])
    const found = [...sequences.values()]
    const events = new Map((await get(log, found)).map((event) => [event.id, event]))
    return ids.map((id) => events.get(id) ?? null)
  })
}

/** An aggregate of a decision has few events; more than a page of them are cut. */
function eventsOf(log: EventLog, scope: Scope) {
  return scope.loads.of<string, readonly LogEvent[]>('Event by aggregate', (ids) =>
    each(ids, async (aggregateId) => {
      const page = await read(log, { filter: { aggregateId }, first: MAX_PAGE, signal: scope.signal })
      return page.events
    }),
  )
}

function newestOf(log: EventLog, scope: Scope) {
  return scope.loads.of<string, readonly LogEvent[]>('newest Event by agent', (keys) =>
    each(keys, async (key) => {
      const [agentId, last] = JSON.parse(key) as [string, number]
      const page = await read(log, { filter: { agentId }, last, signal: scope.signal })
      return page.events.toReversed()
    }),
  )
}

/** One answer or error for each key, so that one that fails does not fail the others of its batch. */
function each<K, V>(keys: readonly K[], answer: (key: K) => Promise<V>): Promise<(V | Error)[]> {
  return Promise.all(
    keys.map((key) =>
      answer(key).catch((thrown: unknown) => (thrown instanceof Error ? thrown : new Error(String(thrown)))),
    ),
  )
}
