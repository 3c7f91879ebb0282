import { afterAll, beforeAll, describe, it } from 'vitest'
import type { Subgraph } from '@lighthouse/chassis/define'
import type { Principal } from '@lighthouse/contract/principal'
import type { SubgraphRequest } from '@lighthouse/contract/subgraph-request'
import type { Engine } from '@lighthouse/policy/engine/engine'
import { createValidation } from '../src/main.js'
import { AGENT, appends, consults, ON, openTestEngine, peer } from './house.js'

const FIELDS =
  'id requestId decision tier originTier confidence confidenceScore riskLevel reason cacheHit tierTimings { tier ms outcome } processingMs policyVersion toolName subject decidedAt traceId agent { id } rule { id } consultation { id }'
const VALIDATE = `mutation V($i: ValidationInput!) { validateCommand(input: $i) { ${FIELDS} } }`

let engine: Engine
beforeAll(async () => {
  engine = await openTestEngine()
})
afterAll(() => engine[Symbol.asyncDispose]())

function request(
  query: string,
  variables: Record<string, unknown>,
  principal: Principal | undefined = AGENT,
): SubgraphRequest {
  return {
    query,
    variables,
    principal,
    requestId: 'r1',
    traceId: 'a'.repeat(32),
    deadlineAt: Date.now() + 30_000,
    signal: new AbortController().signal,
    noteStop: undefined,
  }
}

type Found = Record<string, unknown> & { decision: string; tier: string; id: string }

async function validate(
  subgraph: Subgraph,
  input: Record<string, unknown>,
  principal: Principal = AGENT,
): Promise<Found> {
  const answer = await subgraph.request(request(VALIDATE, { i: input }, principal))
  if (answer.errors !== undefined) throw new Error(JSON.stringify(answer.errors))
  return answer.data?.['validateCommand'] as Found
}

const ls = { toolName: 'Bash', toolInput: { command: 'ls -la' }, cwd: '/home/dev/project' }

describe('the validation subgraph', () => {
  it('answers every field of a decision and keeps it as an event first', async ({ expect }) => {
    const events = appends()
    const subgraph = await createValidation({ engine, flags: ON, events })
    const decision = await validate(subgraph, { ...ls, requestId: 'one' })
    expect(decision).toMatchObject({
      requestId: 'one',
      decision: 'ALLOW',
      tier: 'POLICY',
      originTier: 'POLICY',
      confidence: 'HIGH',
      riskLevel: 'LOW',
      cacheHit: false,
      toolName: 'Bash',
      subject: 'ls -la',
      policyVersion: engine.version,
      agent: { id: 'agent-1' },
      rule: { id: 'shell/inspect' },
      consultation: null,
      tierTimings: [
        { tier: 'MEMORY', outcome: 'PASS', ms: expect.any(Number) },
        { tier: 'POLICY', outcome: 'HIT', ms: expect.any(Number) },
      ],
    })
    const [appended] = events.asked
    expect(appended?.variables['input']).toMatchObject([
      {
        type: 'VALIDATION_DECISION_MADE',
        aggregateId: decision.id,
        aggregateType: 'decision',
        data: { id: decision.id, agentId: 'agent-1' },
      },
    ])
  })

  it('answers the same call from memory, with a decision and an event of its own', async ({ expect }) => {
    const events = appends()
    const subgraph = await createValidation({ engine, flags: ON, events })
    const first = await validate(subgraph, ls)
    const second = await validate(subgraph, ls)
    expect(second).toMatchObject({ decision: 'ALLOW', tier: 'MEMORY', originTier: 'POLICY', cacheHit: true })
    expect(second.id).not.toBe(first.id)
    expect(events.asked).toHaveLength(2)
  })

  it('gives the same agent and requestId the same decision, and refuses the id for another call', async ({
    expect,
  }) => {
    const subgraph = await createValidation({ engine, flags: ON, events: appends() })
    const first = await validate(subgraph, { ...ls, requestId: 'same' })
    const again = await validate(subgraph, { ...ls, requestId: 'same' })
    expect(again.id).toBe(first.id)
    const other = { ...ls, requestId: 'same', toolInput: { command: 'rm -rf /' } }
    const answer = await subgraph.request(request(VALIDATE, { i: other }))
    expect(answer.errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT' })
    const mallory = await validate(subgraph, { ...ls, requestId: 'same' }, { ...AGENT, agentId: 'agent-2' })
    expect(mallory.id).not.toBe(first.id)
  })

  it('makes one decision of concurrent requests with the same requestId', async ({ expect }) => {
    const subgraph = await createValidation({ engine, flags: ON, events: appends() })
    const all = await Promise.all(
      Array.from({ length: 20 }, () => validate(subgraph, { ...ls, requestId: 'at-once' })),
    )
    expect(new Set(all.map(({ id }) => id)).size).toBe(1)
  })

  it('takes identity from the credential alone', async ({ expect }) => {
    const subgraph = await createValidation({ engine, flags: ON })
    const answer = await subgraph.request(request(VALIDATE, { i: ls }, undefined))
    // `undefined` falls back to the default parameter: ask without one on purpose.
    const anonymous = await subgraph.request({ ...request(VALIDATE, { i: ls }), principal: undefined })
    expect(answer.errors).toBeUndefined()
    expect(anonymous.errors?.[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED' })
  })

  it('asks experts about what the rules escalate, and answers with their consultation', async ({
    expect,
  }) => {
    const experts = consults('ALLOW')
    const subgraph = await createValidation({ engine, flags: ON, events: appends(), experts })
    const decision = await validate(subgraph, { ...ls, toolInput: { command: 'git push' } })
    expect(decision).toMatchObject({ decision: 'ALLOW', tier: 'EXPERT', consultation: { id: 'cons_1' } })
    expect(experts.asked[0]?.principal?.role).toBe('SYSTEM_AGENT')
    expect(experts.asked[0]?.variables['input']).toMatchObject({
      agentId: 'agent-1',
      toolName: 'Bash',
      riskLevel: 'MEDIUM',
    })
  })

  it('shows agents their own decisions and administrators all', async ({ expect }) => {
    const subgraph = await createValidation({ engine, flags: ON })
    const mine = await validate(subgraph, ls)
    const theirs = await validate(subgraph, ls, { ...AGENT, agentId: 'agent-2' })
    const query = '{ decisions { id } }'
    const asAgent = await subgraph.request(request(query, {}))
    const asAdmin = await subgraph.request(request(query, {}, { ...AGENT, agentId: 'root', role: 'ADMIN' }))
    expect(asAgent.data?.['decisions']).toEqual([{ id: mine.id }])
    expect(asAdmin.data?.['decisions']).toEqual([{ id: theirs.id }, { id: mine.id }])
    const peek = await subgraph.request(
      request('query D($id: ID!) { decision(id: $id) { id } }', { id: theirs.id }),
    )
    expect(peek.data?.['decision']).toBeNull()
  })

  it('streams decisions as they are made', async ({ expect }) => {
    const subgraph = await createValidation({ engine, flags: ON })
    const stop = new AbortController()
    const stream = subgraph
      .subscribe({
        ...request('subscription { decisionStream { subject decision } }', {}),
        signal: stop.signal,
      })
      [Symbol.asyncIterator]()
    const first = stream.next()
    await new Promise((resolve) => setImmediate(resolve))
    await validate(subgraph, ls)
    expect((await first).value).toEqual({
      data: { decisionStream: { subject: 'ls -la', decision: 'ALLOW' } },
    })
    stop.abort()
    expect((await stream.next()).done).toBe(true)
  })

  it('resolves references to decisions once each', async ({ expect }) => {
    const subgraph = await createValidation({ engine, flags: ON })
    const { id } = await validate(subgraph, ls)
    const query =
      'query E($r: [_Any!]!) { _entities(representations: $r) { ... on ValidationDecision { id decision } } }'
    const representations = Array.from({ length: 10 }, () => ({ __typename: 'ValidationDecision', id }))
    const answer = await subgraph.request(request(query, { r: representations }))
    expect(answer.data?.['_entities']).toEqual(representations.map(() => ({ id, decision: 'ALLOW' })))
    expect(subgraph.loads.get('decision')).toEqual({ keys: 1, batches: 1 })
  })

  it('keeps the decisions of guests too, under their own name', async ({ expect }) => {
    const events = appends()
    const subgraph = await createValidation({ engine, flags: ON, events })
    await validate(subgraph, ls, { agentId: 'visitor', role: 'GUEST', keyId: 'g' })
    expect(events.asked[0]?.principal).toEqual({ agentId: 'visitor', role: 'SYSTEM_AGENT', keyId: 'g' })
  })

  it('finds a decision that memory has forgotten in the event log, and believes no other agent about it', async ({
    expect,
  }) => {
    const made = await createValidation({ engine, flags: ON })
    const fresh = await validate(made, ls)
    const data = { ...fresh, agentId: 'agent-1', ruleId: null, consultationId: null }
    const log = (id: string) => peer(() => ({ data: { events: { events: [{ data, agent: { id } }] } } }))
    const query = 'query D($id: ID!) { decision(id: $id) { id decision agent { id } } }'
    const found = async (by: string) => {
      const subgraph = await createValidation({ engine, flags: ON, events: log(by) })
      return (await subgraph.request(request(query, { id: fresh.id }))).data?.['decision']
    }
    expect(await found('agent-1')).toEqual({ id: fresh.id, decision: 'ALLOW', agent: { id: 'agent-1' } })
    expect(await found('mallory')).toBeNull()
  })

  it('notes its stops in the order of the walk', async ({ expect }) => {
    const subgraph = await createValidation({
      engine,
      flags: ON,
      events: appends(),
      experts: consults('ESCALATE'),
    })
    const stops: string[] = []
    const input = { ...ls, requestId: 'walk', toolInput: { command: 'git push' } }
    await subgraph.request({ ...request(VALIDATE, { i: input }), noteStop: (stop) => void stops.push(stop) })
    const firsts = [...new Set(stops)]
    expect(firsts).toEqual([
      'load',
      'fingerprint',
      'memory',
      'policy',
      'pattern',
      'redis',
      'expert',
      'remember',
    ])
  })
})
