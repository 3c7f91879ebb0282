import { afterAll, beforeAll, describe, it } from 'vitest'
import type { Subgraph } from '@lighthouse/chassis/define'
import type { TierRow } from '@lighthouse/contract/operation-row'
import type { Principal } from '@lighthouse/contract/principal'
import type { Engine } from '@lighthouse/policy/engine/engine'
import { createValidation } from '../src/main.js'
import { AGENT, appends, ON, openTestEngine, peer, scopeFor } from './house.js'

const BATCH = `mutation B($inputs: [ValidationInput!]!) {
  validateCommands(inputs: $inputs) {
    decision { id decision tier subject requestId agent { id } }
    error { code message }
  }
}`

interface Outcome {
  readonly decision: Record<string, unknown> | null
  readonly error: { readonly code: string; readonly message: string } | null
}

let engine: Engine
beforeAll(async () => {
  engine = await openTestEngine()
})
afterAll(() => engine[Symbol.asyncDispose]())

const input = (command: unknown, facts: Record<string, unknown> = {}) => ({
  toolName: 'Bash',
  toolInput: { command },
  cwd: '/home/dev/project',
  ...facts,
})

async function answerOf(subgraph: Subgraph, inputs: unknown[], principal: Principal | undefined = AGENT) {
  const { subgraph: _name, loads: _loads, ...facts } = scopeFor(principal)
  return await subgraph.request({ ...facts, principal, query: BATCH, variables: { inputs } })
}

async function outcomesOf(subgraph: Subgraph, inputs: unknown[]): Promise<Outcome[]> {
  const answer = await answerOf(subgraph, inputs)
  if (answer.errors !== undefined) throw new Error(JSON.stringify(answer.errors))
  return answer.data?.['validateCommands'] as Outcome[]
}

describe('a batch', () => {
  it('[P-050] decides, keeps and records 100 calls, each as one that comes alone, in their order', async ({
    expect,
  }) => {
    const events = appends()
    const rows: TierRow[] = []
    const recorder = { tier: (row: TierRow) => void rows.push(row) }
    const subgraph = await createValidation({ engine, flags: ON, events, recorder })
    const commands = ['ls', 'rm -rf /', 'git push', 'npm test']
    const inputs = Array.from({ length: 100 }, (_, i) => input(commands[i % 4], { requestId: `r${i}` }))
    const outcomes = await outcomesOf(subgraph, inputs)
    expect(
      outcomes.map(({ decision, error }) => [decision?.['subject'], decision?.['decision'], error]),
    ).toEqual(inputs.map((_, i) => [commands[i % 4], ['ALLOW', 'BLOCK', 'ESCALATE', 'ALLOW'][i % 4], null]))
    expect(new Set(outcomes.map(({ decision }) => decision?.['id'])).size).toBe(100)
    const kept = events.asked.flatMap(({ variables }) => variables['input'] as { aggregateId: string }[])
    expect(kept).toHaveLength(100)
    expect(new Set(kept.map(({ aggregateId }) => aggregateId))).toEqual(
      new Set(outcomes.map(({ decision }) => decision?.['id'])),
    )
    expect(rows.filter(({ tier }) => tier === 'MEMORY')).toHaveLength(100)
    const again = await outcomesOf(subgraph, inputs.slice(0, 10))
    expect(again.map(({ decision }) => decision?.['id'])).toEqual(
      outcomes.slice(0, 10).map(({ decision }) => decision?.['id']),
    )
  })

  it('[P-050] says of each input that cannot be decided why, and decides the others', async ({ expect }) => {
    const subgraph = await createValidation({ engine, flags: ON })
    const outcomes = await outcomesOf(subgraph, [
      input('ls'),
      { ...input('ls'), cwd: 'relative' },
      { toolName: '', toolInput: {} },
      { toolName: 'Bash', toolInput: ['no'] },
      input('ls', { requestId: 'one' }),
      input('rm -rf /', { requestId: 'one' }),
      input('pwd'),
    ])
    expect(outcomes.map(({ decision, error }) => decision?.['decision'] ?? error?.code)).toEqual([
      'ALLOW',
      'BAD_USER_INPUT',
      'BAD_USER_INPUT',
      'BAD_USER_INPUT',
      'ALLOW',
      'BAD_USER_INPUT',
      'ALLOW',
    ])
    expect(outcomes[1]?.error?.message).toContain('cwd')
  })

  it('[P-050] gives no decision of the ones that the event log refuses, and the rest', async ({ expect }) => {
    const events = peer(({ variables }) => {
      const [{ data }] = variables['input'] as [{ data: { subject: string } }]
      return data.subject === 'pwd'
        ? Promise.reject(new Error('disk full'))
        : { data: { appendEvents: { lastSequence: 1 } } }
    })
    const subgraph = await createValidation({ engine, flags: ON, events })
    const outcomes = await outcomesOf(
      subgraph,
      ['ls', 'pwd', 'date'].map((command) => input(command)),
    )
    expect(outcomes.map(({ decision, error }) => decision?.['decision'] ?? error?.code)).toEqual([
      'ALLOW',
      'SUBGRAPH_UNAVAILABLE',
      'ALLOW',
    ])
  })

  it('[P-050] is refused with a code, and nothing of it decided, when it is empty, too long or nobody’s', async ({
    expect,
  }) => {
    const events = appends()
    const subgraph = await createValidation({ engine, flags: ON, events })
    const long = Array.from({ length: 101 }, () => input('ls'))
    for (const inputs of [[], long]) {
      const { errors } = await answerOf(subgraph, inputs)
      expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT' })
    }
    const { subgraph: _name, loads: _loads, ...facts } = scopeFor()
    const nobody = { ...facts, principal: undefined, query: BATCH, variables: { inputs: [input('ls')] } }
    const { errors } = await subgraph.request(nobody)
    expect(errors?.[0]?.extensions).toMatchObject({ code: 'UNAUTHENTICATED' })
    expect(events.asked).toHaveLength(0)
  })
})
