import { afterAll, beforeAll, describe, it } from 'vitest'
import type { Principal } from '@lighthouse/contract/principal'
import type { TierRow } from '@lighthouse/contract/operation-row'
import type { SubgraphTransport } from '@lighthouse/contract/subgraph-request'
import type { Engine } from '@lighthouse/policy/engine/engine'
import { decide } from '../src/decide.js'
import type { House } from '../src/decide.js'
import { openHouse } from '../src/main.js'
import type { Tier } from '../src/tiers/tier.js'
import type { ToolCall } from '../src/understand.js'
import { AGENT, appends, bash, consults, ON, openTestEngine, peer, scopeFor } from './house.js'

let engine: Engine
beforeAll(async () => {
  engine = await openTestEngine()
})
afterAll(() => engine[Symbol.asyncDispose]())

const ask = (house: House, call: ToolCall, principal: Principal = AGENT) =>
  decide({ call, principal, requestId: undefined }, scopeFor(principal), house)

describe('decide', () => {
  it('[P-031] tells in every decision which tiers were asked, in order, and how long each took', async ({
    expect,
  }) => {
    const rows: TierRow[] = []
    const recorder = { tier: (row: TierRow) => void rows.push(row) }
    const house = openHouse({ engine, flags: ON, events: appends(), experts: consults('ESCALATE'), recorder })
    const decision = await ask(house, bash('git push'))
    expect(decision.tierTimings.map(({ tier, outcome }) => `${tier} ${outcome}`)).toEqual([
      'MEMORY PASS',
      'POLICY PASS',
      'PATTERN PASS',
      'REDIS SKIPPED',
      'EXPERT HIT',
    ])
    expect(decision.tierTimings.every(({ ms }) => Number.isFinite(ms) && ms >= 0)).toBe(true)
    expect(rows.map(({ tier, outcome, decision: made }) => `${tier} ${outcome} ${made}`)).toEqual([
      'MEMORY PASS ',
      'POLICY PASS ',
      'PATTERN PASS ',
      'EXPERT HIT ESCALATE',
    ])
    const again = await ask(house, bash('git push'))
    expect(again.tierTimings.map(({ tier, outcome }) => `${tier} ${outcome}`)).toEqual(['MEMORY HIT'])
  })

  it('[P-038] evaluates the policy once and asks experts once for 1,000 identical concurrent misses', async ({
    expect,
  }) => {
    let evaluations = 0
    const counting = withEvaluate((input) => {
      evaluations += 1
      return engine.evaluate(input)
    })
    const experts = consults('ESCALATE')
    const events = appends()
    const house = openHouse({ engine: counting, flags: ON, events, experts })
    const all = await Promise.all(Array.from({ length: 1_000 }, () => ask(house, bash('git push'))))
    expect(evaluations).toBe(1)
    expect(experts.asked).toHaveLength(1)
    expect(new Set(all.map(({ id }) => id)).size).toBe(1_000)
    expect(events.asked).toHaveLength(1_000)
    expect(all.every(({ decision, tier }) => decision === 'ESCALATE' && tier === 'EXPERT')).toBe(true)
    expect(house.flights.size).toBe(0)
  })

  it('[P-036] looks only for a guest, and works for an agent, on the same call', async ({ expect }) => {
    const house = openHouse({ engine, flags: ON })
    for (const [role, decided] of [
      ['AGENT', 'ALLOW'],
      ['GUEST', 'ESCALATE'],
      ['AGENT', 'ALLOW'],
    ] as const)
      expect((await ask(house, bash('mkdir x'), { ...AGENT, role })).decision).toBe(decided)
  })

  it('never allows what must be escalated because experts are gone, slow, split or mistaken', async ({
    expect,
  }) => {
    const answers: [string, SubgraphTransport | undefined][] = [
      ['gone', undefined],
      ['down', peer(() => Promise.reject(new Error('down')))],
      ['errors', peer(() => ({ errors: [{ message: 'no' }] }))],
      ['nothing', peer(() => ({ data: null }))],
      ['timed out', peer(() => ({ data: { consult: { id: 'c', status: 'TIMED_OUT', decision: 'ALLOW' } } }))],
      ['nonsense', peer(() => ({ data: { consult: { id: 'c', status: 'DECIDED', decision: 'allow' } } }))],
      [
        'hangs',
        peer(
          ({ signal }) =>
            new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
        ),
      ],
    ]
    for (const [what, experts] of answers) {
      const house = openHouse({ engine, flags: ON, consultTimeoutMs: 50, ...(experts && { experts }) })
      const decision = await ask(house, bash('git push'))
      expect([what, decision.decision, decision.tier]).toEqual([what, 'ESCALATE', 'SAFE_DEFAULT'])
      const again = await ask(house, bash('git push'))
      expect(again.cacheHit).toBe(false)
    }
  })

  it('takes an ALLOW of experts only below CRITICAL', async ({ expect }) => {
    const house = openHouse({ engine, flags: ON, experts: consults('ALLOW') })
    expect((await ask(house, bash('git push'))).decision).toBe('ALLOW')
    expect((await ask(house, bash('terraform destroy'))).decision).toBe('ESCALATE')
    expect((await ask(house, bash('rm -rf /'))).decision).toBe('BLOCK')
  })

  it('gives no decision that could not be kept', async ({ expect }) => {
    const down = peer(() => Promise.reject(new Error('down')))
    const refused = peer(() => ({ errors: [{ message: 'disk full' }] }))
    for (const events of [down, refused]) {
      await expect(ask(openHouse({ engine, flags: ON, events }), bash('ls'))).rejects.toMatchObject({
        extensions: { code: 'SUBGRAPH_UNAVAILABLE' },
      })
    }
  })

  it('goes on for others when the caller who asked first goes away', async ({ expect }) => {
    let release: () => void = () => {}
    const gate = new Promise<void>((resolve) => (release = resolve))
    const experts = peer(async ({ signal }) => {
      await gate
      signal.throwIfAborted()
      return {
        data: { consult: { id: 'c', status: 'DECIDED', decision: 'BLOCK', confidence: 1, reasoning: 'no' } },
      }
    })
    const house = openHouse({ engine, flags: ON, experts })
    const gone = new AbortController()
    const first = decide(
      { call: bash('git push'), principal: AGENT, requestId: undefined },
      scopeFor(AGENT, { signal: gone.signal }),
      house,
    )
    const second = ask(house, bash('git push'))
    gone.abort()
    release()
    expect((await second).decision).toBe('BLOCK')
    await first
  })

  it('bounds what it keeps', async ({ expect }) => {
    const house = openHouse({ engine, flags: ON })
    for (let i = 0; i < 200; i++) await ask(house, bash(`echo ${i}`))
    expect(house.decisions.size).toBe(200)
    expect(house.decisions.list({ last: 3 }).map(({ subject }) => subject)).toEqual([
      'echo 199',
      'echo 198',
      'echo 197',
    ])
  })
})

const throwing = (): never => {
  throw new Error('fault')
}

/** Every way in which a part can fail, at every point where the conductor waits or calls. */
const FAULTS: readonly [string, () => never | Promise<never>][] = [
  ['throws', throwing],
  ['rejects', () => Promise.reject(new Error('fault'))],
  ['rejects with nothing', () => Promise.reject()],
]

describe('faults', () => {
  const calls = [
    bash('ls'),
    bash('git push'),
    bash('rm -rf /'),
    { toolName: 'Write', toolInput: { file_path: 'a' }, cwd: '/home/dev/project', projectRoot: undefined },
  ]

  it.each(FAULTS)(
    '[P-040] never allows, and blocks what can change something, when the policy %s',
    async (_name, fault) => {
      for (const call of calls) {
        const whole = openHouse({ engine, flags: ON, experts: consults('ALLOW') })
        const policy: Tier = { name: 'POLICY', stop: 'policy', vital: true, limitMs: 100, ask: fault }
        const house = { ...whole, tiers: [policy, ...whole.tiers.slice(1)] }
        const decision = await ask(house, call)
        if (decision.decision !== 'BLOCK' || decision.tier !== 'SAFE_DEFAULT')
          throw new Error(`${decision.decision} by ${decision.tier}`)
      }
    },
  )

  it.each(FAULTS)(
    '[P-040] never allows more than without the fault when any tier or shelf %s',
    async (_name, fault) => {
      const healthy = openHouse({ engine, flags: ON, experts: consults('ESCALATE') })
      for (const call of calls) {
        const expected = (await ask(healthy, call)).decision
        for (let i = -2; i < healthy.tiers.length; i++) {
          const house = openHouse({ engine, flags: ON, experts: consults('ESCALATE') })
          const failing: Tier = { name: 'PATTERN', stop: 'pattern', vital: i === 0, limitMs: 100, ask: fault }
          const tiers = house.tiers.map((tier, at) => (at === i ? failing : tier))
          const shelves =
            i === -1
              ? { memory: { ...house.shelves.memory, keep: throwing }, redis: house.shelves.redis }
              : house.shelves
          const decision = await ask(
            { ...house, tiers, shelves, memory: i === -2 ? failing : house.memory },
            call,
          )
          if (decision.decision === 'ALLOW' && (expected !== 'ALLOW' || i === 0))
            throw new Error(`fault at ${i} allowed ${JSON.stringify(call)}`)
        }
      }
    },
  )

  it('[P-040] escalates reading tools and blocks the rest when the policy is broken', async ({ expect }) => {
    const broken = withEvaluate(throwing)
    const got = await Promise.all(
      ['Read', 'WebFetch', 'Bash', 'Write', 'mcp__x__y', 'Unheard'].map(async (toolName) => {
        const call = {
          toolName,
          toolInput: { command: 'ls', file_path: 'a', url: 'http://localhost' },
          cwd: undefined,
          projectRoot: undefined,
        }
        return [toolName, (await ask(openHouse({ engine: broken, flags: ON }), call)).decision]
      }),
    )
    expect(got).toEqual([
      ['Read', 'ESCALATE'],
      ['WebFetch', 'ESCALATE'],
      ['Bash', 'BLOCK'],
      ['Write', 'BLOCK'],
      ['mcp__x__y', 'BLOCK'],
      ['Unheard', 'BLOCK'],
    ])
  })

  it('[P-040] never allows an input that nests beyond reason', async ({ expect }) => {
    let deep: unknown = 'x'
    for (let i = 0; i < 100; i++) deep = [deep]
    const decision = await ask(openHouse({ engine, flags: ON }), {
      toolName: 'Bash',
      toolInput: { command: 'ls', deep },
      cwd: undefined,
      projectRoot: undefined,
    })
    expect(decision).toMatchObject({ decision: 'BLOCK', tier: 'SAFE_DEFAULT' })
  })

  it('passes on when a flag switches tiers off', async ({ expect }) => {
    const off = { isOn: async () => false }
    const decision = await ask(
      openHouse({ engine, flags: off, experts: consults('ALLOW') }),
      bash('git push'),
    )
    expect(decision).toMatchObject({ decision: 'ESCALATE', tier: 'SAFE_DEFAULT' })
    expect(decision.tierTimings.slice(2).every(({ outcome }) => outcome === 'SKIPPED')).toBe(true)
  })
})

/** The policy's engine with another way to evaluate. */
function withEvaluate(evaluate: Engine['evaluate']): Engine {
  return Object.create(engine, { evaluate: { value: evaluate } }) as Engine
}

describe('the breaker around experts', () => {
  it('[P-039] stops asking experts that fail, and asks again once it may', async ({ expect }) => {
    let down = true
    const answer = {
      data: { consult: { id: 'c', status: 'DECIDED', decision: 'BLOCK', confidence: 1, reasoning: 'no' } },
    }
    const experts = peer(() => (down ? Promise.reject(new Error('down')) : answer))
    const house = openHouse({ engine, flags: ON, experts, expertRetryMs: 20 })
    const outcomeOf = async (name: string) =>
      (await ask(house, bash(`git push origin ${name}`))).tierTimings.find(({ tier }) => tier === 'EXPERT')
        ?.outcome
    for (let i = 0; i < 5; i++) expect(await outcomeOf(`a${i}`)).toBe('ERROR')
    expect(await outcomeOf('b')).toBe('SKIPPED')
    expect(experts.asked).toHaveLength(5)
    down = false
    let outcome: string | undefined
    for (let i = 0; outcome !== 'HIT'; i++) {
      outcome = await outcomeOf(`c${i}`)
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(outcome).toBe('HIT')
  })
})
