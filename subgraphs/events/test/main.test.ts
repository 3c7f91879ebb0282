import { AGENT_ROLES, type Principal } from '@lighthouse/contract/principal'
import type { SubgraphAnswer } from '@lighthouse/contract/subgraph-request'
import { describe, it, onTestFinished } from 'vitest'
import { createEvents } from '../src/main.js'
import { openRegistry } from '../src/registry/registry.js'
import { AGENT, ask, tempDir } from './world.js'

async function openEvents(dataDir = tempDir()) {
  const registry = openRegistry({ dataDir })
  const subgraph = await createEvents({ dataDir, registry })
  onTestFinished(() => subgraph[Symbol.asyncDispose]())
  return { subgraph, registry, dataDir }
}

const APPEND = `mutation($input: [EventInput!]!) {
  appendEvents(input: $input) { lastSequence events { id sequence type aggregateId aggregateType aggregateVersion data agent { id role } } }
}`
const given = (over: object = {}) => ({ type: 'CUSTOM', aggregateId: 'a', data: { n: 1 }, ...over })
const as = (role: Principal['role']): Principal => ({ agentId: role.toLowerCase(), role, keyId: 'k' })
const codesOf = (answer: SubgraphAnswer) => answer.errors?.map((error) => error.extensions?.['code'])

describe('the events subgraph', () => {
  it('appends and reads back, with the agent of the credential', async ({ expect }) => {
    const { subgraph } = await openEvents()
    const appended = await subgraph.request(ask(APPEND, { variables: { input: [given(), given()] } }))
    expect(appended.errors).toBeUndefined()
    expect(appended.data?.['appendEvents']).toMatchObject({
      lastSequence: 2,
      events: [
        { sequence: 1, aggregateType: 'unknown', aggregateVersion: 1, agent: { id: 'agent', role: 'AGENT' } },
        { sequence: 2, aggregateVersion: 2, data: { n: 1 } },
      ],
    })
    const read = await subgraph.request(
      ask(`{ events(last: 1, filter: { agentId: "agent", types: [CUSTOM] }) { hasMore lastSequence events { id sequence timestamp } }
        me { id role events(last: 1) { sequence } } agents { id } }`),
    )
    expect(read).toMatchObject({
      data: {
        events: { hasMore: true, lastSequence: 2, events: [{ sequence: 2 }] },
        me: { id: 'agent', role: 'AGENT', events: [{ sequence: 2 }] },
        agents: [{ id: 'admin' }, { id: 'agent' }, { id: 'lighthouse' }],
      },
    })
  })

  it('finds an event by id, in any case of its letters', async ({ expect }) => {
    const { subgraph } = await openEvents()
    const id = '0189ABCD-0000-7000-8000-000000000001'
    await subgraph.request(ask(APPEND, { variables: { input: [given({ id })] } }))
    const query = 'query($id: ID!) { event(id: $id) { sequence } none: event(id: "x") { sequence } }'
    const answer = await subgraph.request(ask(query, { variables: { id } }))
    expect(answer.data).toEqual({ event: { sequence: 1 }, none: null })
  })

  it('[P-110] resolves decisions, agents and events that others refer to, each in one batch', async ({
    expect,
  }) => {
    const { subgraph } = await openEvents()
    const decided = ['d1', 'd2', 'd1'].map((aggregateId) =>
      given({ aggregateId, aggregateType: 'decision', type: 'VALIDATION_DECISION_MADE' }),
    )
    await subgraph.request(ask(APPEND, { variables: { input: decided } }))
    const r = ['d1', 'd2', 'd3'].map((id) => ({ __typename: 'ValidationDecision', id }))
    const agents = ['agent', 'nobody', 'agent'].map((id) => ({ __typename: 'Agent', id }))
    const answer = await subgraph.request(
      ask(
        `query($r: [_Any!]!) { _entities(representations: $r) {
          ... on ValidationDecision { id events { sequence agent { id } } } ... on Agent { name role } } }`,
        { variables: { r: [...r, ...agents] } },
      ),
    )
    const at = (sequence: number) => ({ sequence, agent: { id: 'agent' } })
    const agent = { name: 'First agent', role: 'AGENT' }
    expect(answer).toEqual({
      data: {
        _entities: [
          { id: 'd1', events: [at(1), at(3)] },
          { id: 'd2', events: [at(2)] },
          { id: 'd3', events: [] },
          agent,
          null,
          agent,
        ],
      },
    })
    expect(subgraph.loads.get('Event by aggregate')).toEqual({ keys: 3, batches: 1 })
    expect(subgraph.loads.get('Agent')).toEqual({ keys: 2, batches: 1 })
  })

  it.for(AGENT_ROLES)('[P-023] lets %s read, and append from AGENT up', async (role, { expect }) => {
    const { subgraph } = await openEvents()
    const principal = as(role)
    const read = await subgraph.request(ask('{ events { lastSequence } agents { id } }', { principal }))
    expect(read.errors).toBeUndefined()
    const appended = await subgraph.request(ask(APPEND, { principal, variables: { input: [given()] } }))
    expect(codesOf(appended)).toEqual(role === 'GUEST' ? ['FORBIDDEN'] : undefined)
  })

  it('refuses everything without a credential', async ({ expect }) => {
    const { subgraph } = await openEvents()
    const principal = undefined
    for (const query of ['{ me { id } }', '{ events { lastSequence } }', '{ agent(id: "admin") { id } }']) {
      expect(codesOf(await subgraph.request(ask(query, { principal })))).toEqual(['UNAUTHENTICATED'])
    }
    const appended = await subgraph.request(ask(APPEND, { principal, variables: { input: [given()] } }))
    expect(codesOf(appended)).toEqual(['UNAUTHENTICATED'])
    const stream = subgraph.subscribe(ask('subscription { eventStream { id } }', { principal }))
    await expect(stream[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      extensions: { code: 'UNAUTHENTICATED' },
    })
  })

  it('[P-021] ignores whom the data claims to be, and has no argument for it', async ({ expect }) => {
    const { subgraph } = await openEvents()
    const forged = given({ data: { agentId: 'admin', agent: { id: 'admin' }, role: 'ADMIN' } })
    const answer = await subgraph.request(ask(APPEND, { variables: { input: [forged] } }))
    expect(answer.data?.['appendEvents']).toMatchObject({
      events: [{ agent: { id: 'agent', role: 'AGENT' } }],
    })
    for (const claim of [{ agentId: 'admin' }, { agent: 'admin' }, { role: 'ADMIN' }, { timestamp: 0 }]) {
      const claimed = await subgraph.request(ask(APPEND, { variables: { input: [given(claim)] } }))
      expect(codesOf(claimed)).toEqual(['BAD_USER_INPUT'])
    }
  })

  it('tells the actual version in a conflict, and what is wrong in a refused event', async ({ expect }) => {
    const { subgraph } = await openEvents()
    const send = (over: object) => subgraph.request(ask(APPEND, { variables: { input: [given(over)] } }))
    const conflict = await send({ expectedVersion: 4 })
    expect(conflict.errors?.[0]?.extensions).toMatchObject({ code: 'VERSION_CONFLICT', actualVersion: 0 })
    expect(codesOf(await send({ type: 'NO_SUCH_TYPE' }))).toEqual(['BAD_USER_INPUT'])
    const nul = await send({ data: '\u0000' })
    expect(nul.errors?.[0]?.message).toBe('input[0]: data must not contain NUL.')
    const page = await subgraph.request(ask('{ events(first: 5000) { lastSequence } }'))
    expect(codesOf(page)).toEqual(['BAD_USER_INPUT'])
  })

  it('[P-012] streams what was, then what is appended, and again from a cursor', async ({ expect }) => {
    const { subgraph } = await openEvents()
    const append = (count: number) =>
      subgraph.request(ask(APPEND, { variables: { input: Array.from({ length: count }, () => given()) } }))
    await append(2)
    const query = 'subscription($since: SafeInt) { eventStream(since: $since) { sequence agent { id } } }'
    const seen: unknown[] = []
    const watch = async (since: number, count: number) => {
      for await (const answer of subgraph.subscribe(ask(query, { variables: { since } }))) {
        seen.push(answer.data?.['eventStream'])
        if (seen.length >= count) break
      }
    }
    const watching = watch(0, 4)
    await append(2)
    await watching
    await append(1)
    await watch(4, 5)
    expect(seen).toEqual([1, 2, 3, 4, 5].map((sequence) => ({ sequence, agent: { id: 'agent' } })))
  })

  it('notes the stop append after load when stops are recorded', async ({ expect }) => {
    const { subgraph } = await openEvents()
    const stops: string[] = []
    const noteStop = (stop: string) => void stops.push(stop)
    await subgraph.request(ask(APPEND, { noteStop, variables: { input: [given()] } }))
    expect(stops).toEqual(['load', 'append'])
  })

  it('keeps everything over a restart, and answers nothing once it is closed', async ({ expect }) => {
    const first = await openEvents()
    await first.subgraph.request(ask(APPEND, { variables: { input: [given()] } }))
    await first.subgraph[Symbol.asyncDispose]()
    await expect(first.subgraph.request(ask('{ me { id } }'))).rejects.toMatchObject({
      extensions: { code: 'SHUTTING_DOWN' },
    })
    const { subgraph } = await openEvents(first.dataDir)
    const answer = await subgraph.request(
      ask('{ events { lastSequence events { sequence } } }', { principal: AGENT }),
    )
    expect(answer.data).toEqual({ events: { lastSequence: 1, events: [{ sequence: 1 }] } })
    expect(await subgraph.health.read()).toEqual({ ready: true, unready: {} })
  })
})
