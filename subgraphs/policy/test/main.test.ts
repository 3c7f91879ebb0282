import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, it } from 'vitest'
import type { AgentRole } from '@lighthouse/contract/principal'
import type {
  SubgraphAnswer,
  SubgraphRequest,
  SubgraphTransport,
} from '@lighthouse/contract/subgraph-request'
import { openEngine } from '../src/engine/engine.js'
import { openFlags } from '../src/flags.js'
import { createPolicy } from '../src/main.js'
import type { GovernedEngine } from '../src/publish/govern.js'
import { governEngine } from '../src/publish/govern.js'
import { isWithin } from '../src/sticky.js'

let engine: GovernedEngine
beforeAll(async () => {
  const policiesDir = fileURLToPath(new URL('../../../policies', import.meta.url))
  engine = await governEngine({ files: await openEngine({ policiesDir, watchMs: 0 }) })
})
afterAll(() => engine[Symbol.asyncDispose]())

function request(
  query: string,
  variables: Record<string, unknown> = {},
  role: AgentRole = 'ADMIN',
): SubgraphRequest {
  return {
    query,
    variables,
    principal: { agentId: 'me', role, keyId: 'k' },
    requestId: 'r',
    traceId: '0'.repeat(32),
    deadlineAt: Date.now() + 10_000,
    signal: new AbortController().signal,
    noteStop: undefined,
  }
}

function events(answer: SubgraphAnswer): SubgraphTransport & { asked: SubgraphRequest[] } {
  const asked: SubgraphRequest[] = []
  return {
    name: 'events',
    asked,
    async request(one) {
      asked.push(one)
      return answer
    },
    async *subscribe() {},
  }
}

const SET = 'mutation S($i: FlagInput!) { setFlag(input: $i) { name state rolloutPercentage updatedAt } }'

describe('the policy subgraph', () => {
  it('answers rules, policy and flags', async ({ expect }) => {
    await using flags = await openFlags()
    const subgraph = await createPolicy({ engine, flags })
    const answer = await subgraph.request(
      request(
        '{ policy { version engine loadedAt ruleCount } rules { id pack decision riskLevel description matchCount } flags { name state rolloutPercentage } rule(id: "git/push") { id } none: rule(id: "x/y") { id } }',
      ),
    )
    expect(answer.errors).toBeUndefined()
    expect(answer.data).toMatchObject({
      policy: { version: engine.version, engine: 'opa-wasm', ruleCount: engine.rules().length },
      rule: { id: 'git/push' },
      none: null,
      flags: [
        { name: 'expert-tier', state: 'ENABLED', rolloutPercentage: 100 },
        { name: 'pattern-tier', state: 'ENABLED', rolloutPercentage: 100 },
        { name: 'redis-tier', state: 'ENABLED', rolloutPercentage: 100 },
      ],
    })
  })

  it('resolves references to rules in one batch', async ({ expect }) => {
    await using flags = await openFlags()
    const subgraph = await createPolicy({ engine, flags })
    const ids = ['git/push', 'shell/inspect', 'git/push', 'no/such']
    const query = 'query E($r: [_Any!]!) { _entities(representations: $r) { ... on Rule { id decision } } }'
    const answer = await subgraph.request(
      request(query, { r: ids.map((id) => ({ __typename: 'Rule', id })) }),
    )
    expect(answer.data?.['_entities']).toEqual([
      { id: 'git/push', decision: 'ESCALATE' },
      { id: 'shell/inspect', decision: 'ALLOW' },
      { id: 'git/push', decision: 'ESCALATE' },
      null,
    ])
    expect(subgraph.loads.get('rule')).toEqual({ keys: 3, batches: 1 })
  })

  it('changes a flag for administrators alone, and keeps the change as an event first', async ({
    expect,
  }) => {
    await using flags = await openFlags()
    const log = events({ data: { appendEvents: { lastSequence: 1 } } })
    const subgraph = await createPolicy({ engine, flags, events: log })
    const i = { name: 'expert-tier', state: 'DISABLED' }
    const denied = await subgraph.request(request(SET, { i }, 'AGENT'))
    expect(denied.errors?.[0]?.extensions).toMatchObject({ code: 'FORBIDDEN' })
    expect(await flags.isOn('expert-tier', 'a')).toBe(true)
    const done = await subgraph.request(request(SET, { i }))
    expect(done.data?.['setFlag']).toMatchObject({
      name: 'expert-tier',
      state: 'DISABLED',
      rolloutPercentage: 0,
    })
    expect(await flags.isOn('expert-tier', 'a')).toBe(false)
    expect(log.asked[0]?.variables['input']).toMatchObject([
      { type: 'FLAG_CHANGED', data: { before: 'ENABLED' } },
    ])
  })

  it('does not change a flag whose change could not be kept, nor to what is no value', async ({ expect }) => {
    await using flags = await openFlags()
    const subgraph = await createPolicy({ engine, flags, events: events({ errors: [{ message: 'full' }] }) })
    const answer = await subgraph.request(request(SET, { i: { name: 'expert-tier', state: 'DISABLED' } }))
    expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'SUBGRAPH_ERROR' })
    expect(await flags.isOn('expert-tier', 'a')).toBe(true)
    for (const i of [
      { name: 'No Name', state: 'ENABLED' },
      { name: 'x', state: 'PERCENTAGE_ROLLOUT', rolloutPercentage: 101 },
    ]) {
      const bad = await subgraph.request(request(SET, { i }))
      expect(bad.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT' })
    }
  })
})

describe('feature flags', () => {
  it('are sticky by flag and agent, within a percent of their share at 10,000 agents', async ({ expect }) => {
    await using flags = await openFlags()
    await flags.set({ name: 'new-thing', state: 'PERCENTAGE_ROLLOUT', rolloutPercentage: 25 })
    const agents = Array.from({ length: 10_000 }, (_, i) => `agent-${i}`)
    const once = await Promise.all(agents.map((agent) => flags.isOn('new-thing', agent)))
    const again = await Promise.all(agents.map((agent) => flags.isOn('new-thing', agent)))
    expect(again).toEqual(once)
    expect(Math.abs(once.filter(Boolean).length / agents.length - 0.25)).toBeLessThan(0.01)
    const other = agents.filter((agent) => isWithin('other', agent, 25) === isWithin('new-thing', agent, 25))
    expect(other.length).toBeLessThan(agents.length)
  })

  it('keep whoever was in when the share grows', ({ expect }) => {
    const agents = Array.from({ length: 1_000 }, (_, i) => `agent-${i}`)
    expect(agents.every((agent) => !isWithin('f', agent, 10) || isWithin('f', agent, 20))).toBe(true)
  })

  it('are off when nobody knows them', async ({ expect }) => {
    await using flags = await openFlags()
    expect(await flags.isOn('unheard-of', 'a')).toBe(false)
  })
})
