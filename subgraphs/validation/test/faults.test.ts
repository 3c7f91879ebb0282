import { afterAll, beforeAll, describe, it } from 'vitest'
import type { RedisConnection } from '@lighthouse/chassis/redis'
import type { SubgraphTransport } from '@lighthouse/contract/subgraph-request'
import { openEngine } from '@lighthouse/policy/engine/engine'
import type { Engine, FileEngine } from '@lighthouse/policy/engine/engine'
import { judgeOver } from '@lighthouse/policy/engine/over-packs'
import { decide } from '../src/decide.js'
import type { House } from '../src/decide.js'
import { openHouse } from '../src/main.js'
import type { ToolCall } from '../src/understand.js'
import { AGENT, appends, bash, consults, POLICIES, scopeFor } from './house.js'

let engine: FileEngine
beforeAll(async () => {
  engine = await openEngine({ policiesDir: POLICIES, watchMs: 0 })
})
afterAll(() => engine[Symbol.asyncDispose]())

/** How long a request has; what hangs is waited for no longer. */
const DEADLINE_MS = 1_500
/** Longer than Redis has, and shorter than the request. */
const LATE_MS = 80

/** What a dependency does instead of its work. `real` is what it would have answered. */
type Fault = (real: unknown) => unknown
const ALLOWING = {
  decision: 'ALLOW',
  riskLevel: 'LOW',
  confidenceScore: 1,
  reason: 'fine',
  originTier: 'EXPERT',
  rules: [],
}
const FAULTS: Readonly<Record<string, Fault>> = {
  throws: () => {
    throw new Error('fault')
  },
  rejects: () => Promise.reject(new Error('fault')),
  'rejects with nothing': () => Promise.reject(),
  hangs: () => new Promise(() => {}),
  'answers late': (real) => new Promise((resolve) => setTimeout(() => resolve(real), LATE_MS)),
  'answers nothing': () => undefined,
  'answers null': () => null,
  'answers a number': () => 42,
  'answers a text': () => 'ALLOW',
  'answers an empty object': () => ({}),
  'answers a list': () => [ALLOWING],
  'answers errors': () => ({ errors: [{ message: 'ALLOW' }], data: null }),
  'answers data of nothing': () => ({ data: null }),
  'answers a consultation without its end': () => ({ data: { consult: { ...ALLOWING, status: 'OPEN' } } }),
  'answers half a finding': () => JSON.stringify({ decision: 'ALLOW' }),
}
/** These answer what is well formed and says ALLOW: to be believed only from whom it may come. */
const LIES: Readonly<Record<string, Fault>> = {
  'answers a finding that allows': () => JSON.stringify(ALLOWING),
  'answers an object that allows': () => ALLOWING,
}

interface Injection {
  /** The call, counted from 0 over all dependencies, that goes wrong. */
  readonly at: number
  readonly fault: Fault
}

/** Every dependency of a decision, at the edges of the process; each call is a point where it can go wrong. */
function openWorld(injection: Injection | undefined, stored: string | null) {
  const points: string[] = []
  const point = (name: string, work: () => unknown): unknown => {
    points.push(name)
    if (injection === undefined || points.length - 1 !== injection.at) return work()
    const faulty = injection.fault(work())
    // Whoever does not wait, as for the policy, does not hear of it either.
    if (faulty instanceof Promise) faulty.catch(() => {})
    return faulty
  }
  const guard = (name: string, transport: SubgraphTransport): SubgraphTransport => ({
    ...transport,
    request: (request) =>
      point(name, () => transport.request(request)) as ReturnType<typeof transport.request>,
  })
  const client = {
    get: () => point('redis.get', async () => stored),
    pttl: () => point('redis.pttl', async () => 60_000),
    set: () => point('redis.set', async () => 'OK'),
  }
  const redis = {
    client,
    ready: true,
    track: () => ({ armed: true, changes: 0 }),
  } as unknown as RedisConnection
  const { pack } = engine
  const faulty = { ...pack, run: (input: unknown) => point('policy', () => pack.run(input)) }
  const packs = { current: () => faulty, packFor: () => faulty, find: () => faulty }
  const judging = Object.create(engine, Object.getOwnPropertyDescriptors(judgeOver(packs))) as Engine
  const flags = { isOn: (flag: string) => point(`flag ${flag}`, async () => true) as Promise<boolean> }
  const house = openHouse({
    engine: judging,
    flags,
    redis,
    experts: guard('experts', consults('BLOCK')),
    events: guard('events', appends()),
  })
  return { house, points }
}

async function outcomeOf(house: House, call: ToolCall): Promise<string> {
  const scope = scopeFor(AGENT, { deadlineAt: Date.now() + DEADLINE_MS })
  const request = { call, principal: AGENT, requestId: undefined }
  const asked = decide(request, scope, house).then(
    ({ decision }) => decision as string,
    () => 'ERROR',
  )
  const waited = new Promise<string>((resolve) => setTimeout(() => resolve('WEDGED'), 5_000))
  return await Promise.race([asked, waited])
}

const ESCALATED = JSON.stringify({ ...ALLOWING, decision: 'ESCALATE' })

/** A call, what Redis holds for it, and every point that its decision passes, in order. */
const PATHS: readonly (readonly [string, ToolCall, string | null, string, readonly string[]])[] = [
  ['the rules allow', bash('ls'), null, 'ALLOW', ['policy', 'events']],
  ['the rules block', bash('rm -rf /'), null, 'BLOCK', ['policy', 'events']],
  [
    'experts are asked',
    bash('git push'),
    null,
    'BLOCK',
    [
      'policy',
      'flag pattern-tier',
      'flag redis-tier',
      'redis.get',
      'flag expert-tier',
      'experts',
      'redis.set',
      'events',
    ],
  ],
  [
    'Redis answers',
    bash('git push'),
    ESCALATED,
    'ESCALATE',
    ['policy', 'flag pattern-tier', 'flag redis-tier', 'redis.get', 'redis.pttl', 'events'],
  ],
]

describe.concurrent.each(PATHS)('a decision where %s', (_what, call, stored, decided, path) => {
  it('[P-040] passes these points and no others: whoever adds one adds it here', async ({ expect }) => {
    const { house, points } = openWorld(undefined, stored)
    expect(await outcomeOf(house, call)).toBe(decided)
    expect(points).toEqual(path)
  })

  it('[P-040] is never laxer, and always given or refused in time, whatever goes wrong at any one of them', {
    timeout: 60_000,
  }, async ({ expect }) => {
    const tried = path.flatMap((name, at) =>
      Object.entries(FAULTS).map(([what, fault]) => ({ name, at, what, fault })),
    )
    const outcomes = await Promise.all(
      tried.map(async ({ name, at, what, fault }) => {
        const { house, points } = openWorld({ at, fault }, stored)
        const outcome = await outcomeOf(house, call)
        return { name, what, outcome, reached: points.length > at }
      }),
    )
    expect(outcomes).toHaveLength(path.length * Object.keys(FAULTS).length)
    expect(outcomes.filter(({ reached }) => !reached)).toEqual([])
    const mayBe =
      decided === 'ALLOW' ? ['ALLOW', 'ESCALATE', 'BLOCK', 'ERROR'] : ['ESCALATE', 'BLOCK', 'ERROR']
    expect(outcomes.filter(({ outcome }) => !mayBe.includes(outcome))).toEqual([])
    // Allowed is only what the rules were asked about and somebody kept, if late.
    const unfounded = outcomes.filter(({ what, outcome }) => outcome === 'ALLOW' && what !== 'answers late')
    expect(unfounded).toEqual([])
  })
})

describe('what was learned', () => {
  it.each(Object.entries(LIES))(
    '[P-040] does not allow what the rules block when Redis %s',
    async (_what, fault) => {
      for (const at of [0, 1]) {
        const { house } = openWorld({ at: at + 3, fault }, null)
        const outcome = await outcomeOf(house, bash('terraform destroy'))
        if (outcome === 'ALLOW') throw new Error(`allowed by a lie at ${at}`)
      }
    },
  )
})
