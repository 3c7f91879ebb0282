import { describe, it } from 'vitest'
import { openFlags } from '../src/flags.js'
import type { FlagChange } from '../src/flag.js'

const AGENTS = Array.from({ length: 10_000 }, (_, i) => `agent-${i}`)

describe('the states of a feature flag', () => {
  it('[P-059] are off, on, a share, an A/B test and a canary, each sticky and within a percent of its share', async ({
    expect,
  }) => {
    await using flags = await openFlags()
    const share = (of: string, variant: string) =>
      AGENTS.filter((agent) => flags.evaluate(of, agent)?.variant === variant).length / AGENTS.length
    await flags.set({ name: 'f', state: 'DISABLED' })
    expect(share('f', 'off')).toBe(1)
    await flags.set({ name: 'f', state: 'ENABLED' })
    expect(share('f', 'on')).toBe(1)
    await flags.set({ name: 'f', state: 'PERCENTAGE_ROLLOUT', rolloutPercentage: 30 })
    expect(Math.abs(share('f', 'on') - 0.3)).toBeLessThan(0.01)
    const groups = [
      { name: 'control', weight: 50 },
      { name: 'blue', weight: 30 },
      { name: 'red', weight: 20 },
    ]
    await flags.set({ name: 'f', state: 'AB_TEST', groups })
    for (const { name, weight } of groups)
      expect(Math.abs(share('f', name) - weight / 100)).toBeLessThan(0.01)
    expect(share('f', 'blue')).toBe(share('f', 'blue'))
    await flags.set({ name: 'f', state: 'CANARY', canaryAgents: ['agent-12*'], rolloutPercentage: 0 })
    expect(share('f', 'on')).toBe(
      AGENTS.filter((agent) => agent.startsWith('agent-12')).length / AGENTS.length,
    )
  })

  it('[P-059] give way to overrides, those to dependencies, and all to an emergency', async ({ expect }) => {
    await using flags = await openFlags()
    const isOn = (name: string, agent: string) => flags.evaluate(name, agent)?.on
    await flags.set({ name: 'base', state: 'ENABLED' })
    const overrides = [{ agentId: 'a', on: true }]
    await flags.set({ name: 'top', state: 'DISABLED', dependencies: ['base'], overrides })
    expect([isOn('top', 'a'), isOn('top', 'b')]).toEqual([true, false])
    await flags.set({ name: 'base', state: 'DISABLED' })
    expect(isOn('top', 'a')).toBe(false)
    await flags.set({ name: 'base', state: 'ENABLED' })
    await flags.set({ name: 'pattern-tier', state: 'DISABLED' })
    await flags.rollback(['top', 'pattern-tier'])
    expect([isOn('top', 'a'), isOn('pattern-tier', 'a')]).toEqual([false, true])
    await flags.set({ name: 'top', state: 'ENABLED' })
    expect([isOn('top', 'b'), await flags.isOn('top', 'b')]).toEqual([true, true])
    await expect(flags.rollback(['none'])).rejects.toThrow('no flag')
  })

  it('are refused when they are none', async ({ expect }) => {
    await using flags = await openFlags()
    await flags.set({ name: 'one', state: 'ENABLED' })
    await flags.set({ name: 'two', state: 'ENABLED', dependencies: ['one'] })
    const bad: readonly FlagChange[] = [
      { name: 'one', state: 'ENABLED', dependencies: ['two'] },
      { name: 'one', state: 'ENABLED', dependencies: ['one'] },
      { name: 'x', state: 'ENABLED', dependencies: ['none'] },
      { name: 'x', state: 'AB_TEST', groups: [{ name: 'a', weight: 100 }] },
      {
        name: 'x',
        state: 'AB_TEST',
        groups: [
          { name: 'a', weight: 60 },
          { name: 'b', weight: 60 },
        ],
      },
      { name: 'x', state: 'CANARY', rolloutPercentage: -1 },
    ]
    for (const change of bad) expect(() => flags.check(change)).toThrow(RangeError)
  })
})
