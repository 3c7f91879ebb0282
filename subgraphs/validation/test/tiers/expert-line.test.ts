import { afterAll, afterEach, beforeAll, describe, it, vi } from 'vitest'
import type { Engine } from '@lighthouse/policy/engine/engine'
import { decide } from '../../src/decide.js'
import type { House } from '../../src/decide.js'
import { openHouse } from '../../src/main.js'
import { openExpertLine } from '../../src/tiers/expert-line.js'
import type { Urgency } from '../../src/tiers/expert-line.js'
import { AGENT, bash, ON, openTestEngine, peer, scopeFor } from '../house.js'

const LOW: Urgency = { riskLevel: 'LOW', score: 0 }
const never = () => new Promise<never>(() => {})

describe('the line before the experts', () => {
  afterEach(() => void vi.useRealTimers())

  it('lets the most urgent in first, and of equals who came first', async ({ expect }) => {
    const line = openExpertLine({ maxOpen: 1 })
    let free: () => void = () => {}
    const order: string[] = []
    const first = line.pass(LOW, 1_000, () => new Promise<void>((resolve) => (free = resolve)))
    const enter = (name: string, riskLevel: Urgency['riskLevel'], score = 0) =>
      line.pass({ riskLevel, score }, 1_000, async () => void order.push(name))
    const rest = [
      enter('low', 'LOW', 900),
      enter('high', 'HIGH'),
      enter('high later', 'HIGH'),
      enter('high and odd', 'HIGH', 3),
      enter('critical', 'CRITICAL'),
      enter('medium', 'MEDIUM', 100_000),
    ]
    expect([line.open, line.waiting]).toEqual([1, 6])
    free()
    await Promise.all([first, ...rest])
    expect(order).toEqual(['critical', 'high and odd', 'high', 'high later', 'medium', 'low'])
    expect([line.open, line.waiting]).toEqual([0, 0])
  })

  it('[P-051] turns the least urgent away when it is full, and whoever waited as long as they have', async ({
    expect,
  }) => {
    vi.useFakeTimers()
    const line = openExpertLine({ maxOpen: 1, maxWaiting: 2 })
    void line.pass(LOW, 1_000, never)
    const medium = line.pass({ riskLevel: 'MEDIUM', score: 0 }, 1_000, async () => 'in')
    const low = line.pass(LOW, 1_000, async () => 'in')
    const high = line.pass({ riskLevel: 'HIGH', score: 0 }, 2_000, async () => 'in')
    expect(await low).toBeUndefined()
    expect(await line.pass(LOW, 1_000, async () => 'in')).toBeUndefined()
    vi.advanceTimersByTime(1_000)
    expect(await medium).toBeUndefined()
    expect(line.waiting).toBe(1)
    vi.advanceTimersByTime(1_000)
    expect(await high).toBeUndefined()
    expect([line.open, line.waiting]).toEqual([1, 0])
  })

  it('gives a place back however its step ends', async ({ expect }) => {
    const line = openExpertLine({ maxOpen: 1 })
    const broken = () => Promise.reject(new Error('broken'))
    const thrown = (): never => {
      throw new Error('thrown')
    }
    await expect(line.pass(LOW, 10, broken)).rejects.toThrow('broken')
    await expect(line.pass(LOW, 10, thrown)).rejects.toThrow('thrown')
    expect(await line.pass(LOW, 10, async () => 'in')).toBe('in')
    expect(line.open).toBe(0)
  })
})

/** Ten times what the line and its places hold. */
const OVERLOAD = 3_200
/** P-051 */
const RECOVERED_MS = 30_000

describe('ten times as many escalations as experts can take', () => {
  let engine: Engine
  beforeAll(async () => {
    engine = await openTestEngine()
  })
  afterAll(() => engine[Symbol.asyncDispose]())

  const ask = (house: House, command: string) =>
    decide({ call: bash(command), principal: AGENT, requestId: undefined }, scopeFor(), house)
  const flood = (house: House) =>
    Promise.all(Array.from({ length: OVERLOAD }, (_, i) => ask(house, `git push origin flood${i}`)))

  it('[P-051] are answered or left to a person, none allowed unasked, and the next call is heard at once', async ({
    expect,
  }) => {
    const experts = peer(async () => {
      await new Promise((resolve) => setTimeout(resolve, 5))
      return {
        data: { consult: { id: 'c', status: 'DECIDED', decision: 'BLOCK', confidence: 1, reasoning: 'no' } },
      }
    })
    const house = openHouse({ engine, flags: ON, experts })
    const all = await flood(house)
    const answered = all.filter(({ tier }) => tier === 'EXPERT')
    expect(answered.length).toBe(experts.asked.length)
    expect(answered.length).toBeGreaterThanOrEqual(64 + 256)
    expect(answered.every(({ decision }) => decision === 'BLOCK')).toBe(true)
    const refused = all.filter(({ tier }) => tier !== 'EXPERT')
    expect(refused.length).toBeGreaterThan(0)
    expect(refused.every(({ decision, tier }) => decision === 'ESCALATE' && tier === 'SAFE_DEFAULT')).toBe(
      true,
    )
    expect(await ask(house, 'git push origin after')).toMatchObject({ decision: 'BLOCK', tier: 'EXPERT' })
  })

  it('[P-051] all come to an end when experts hang, and experts that are well again are asked again', async ({
    expect,
  }) => {
    let hangs = true
    const answer = {
      data: { consult: { id: 'c', status: 'DECIDED', decision: 'ALLOW', confidence: 1, reasoning: 'fine' } },
    }
    const experts = peer(() => (hangs ? never() : answer))
    const house = openHouse({ engine, flags: ON, experts, consultTimeoutMs: 300, expertRetryMs: 20 })
    const startedAt = performance.now()
    const all = await flood(house)
    expect(all.every(({ decision, tier }) => decision === 'ESCALATE' && tier === 'SAFE_DEFAULT')).toBe(true)
    expect(house.flights.size).toBe(0)
    hangs = false
    let tier = ''
    for (let i = 0; tier !== 'EXPERT'; i += 1) {
      if (performance.now() - startedAt > RECOVERED_MS) throw new Error('the line is wedged')
      ;({ tier } = await ask(house, `git push origin again${i}`))
      await new Promise((resolve) => setImmediate(resolve))
    }
    expect(performance.now() - startedAt).toBeLessThan(RECOVERED_MS)
  })
})
