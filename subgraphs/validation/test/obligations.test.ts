import { describe, it } from 'vitest'
import { openEngine } from '@lighthouse/policy/engine/engine'
import type { Engine } from '@lighthouse/policy/engine/engine'
import { judgeOver } from '@lighthouse/policy/engine/over-packs'
import { decide } from '../src/decide.js'
import { explain } from '../src/explain/explain.js'
import { openHouse } from '../src/main.js'
import { AGENT, bash, consults, ON, POLICIES, scopeFor } from './house.js'

/** A house under the shipped policy, but for what its answers ask for. */
async function openObliged(obligations: unknown, verdict = 'ALLOW') {
  const files = await openEngine({ policiesDir: POLICIES, watchMs: 0 })
  const { pack } = files
  const obliged = { ...pack, run: (input: unknown) => ({ ...(pack.run(input) as object), obligations }) }
  const packs = { current: () => obliged, packFor: () => obliged, find: () => obliged }
  const engine = Object.create(files, Object.getOwnPropertyDescriptors(judgeOver(packs))) as Engine
  const experts = consults(verdict)
  const house = openHouse({ engine, flags: ON, experts })
  return {
    experts,
    house,
    async ask(command: string) {
      const request = { call: bash(command), principal: AGENT, requestId: undefined }
      const { decision, tier } = await decide(request, scopeFor(), house)
      return `${decision} ${tier}`
    },
    [Symbol.asyncDispose]: () => files[Symbol.asyncDispose](),
  }
}

describe('what the policy asks for with a decision', () => {
  it('is asked of an expert, whose answer is remembered', async ({ expect }) => {
    await using obliged = await openObliged(['LOG', 'ASK'])
    expect(await obliged.ask('git push')).toBe('ALLOW EXPERT')
    expect(await obliged.ask('git push')).toBe('ALLOW MEMORY')
    expect(obliged.experts.asked).toHaveLength(1)
  })

  it('is asked of an expert each time, where the policy requires one', async ({ expect }) => {
    await using obliged = await openObliged(['LOG', 'ASK', 'REQUIRE_EXPERT'])
    expect(await obliged.ask('git push')).toBe('ALLOW EXPERT')
    expect(await obliged.ask('git push')).toBe('ALLOW EXPERT')
    expect(obliged.house.shelves.memory.size).toBe(0)
    await using refusing = await openObliged(['REQUIRE_EXPERT'], 'BLOCK')
    expect(await refusing.ask('git push')).toBe('BLOCK EXPERT')
    expect(await refusing.ask('git push')).toBe('BLOCK MEMORY')
  })

  it('is asked of nobody, and stays a person’s to see, where the policy only logs', async ({ expect }) => {
    await using obliged = await openObliged(['LOG'])
    expect(await obliged.ask('git push')).toBe('ESCALATE SAFE_DEFAULT')
    expect(obliged.experts.asked).toEqual([])
  })

  it.each([[['ASK']], [['REQUIRE_EXPERT']], [['NOTIFY']], [undefined], ['LOG']])(
    'keeps what is allowed from being so when it comes with %j',
    async (obligations) => {
      await using obliged = await openObliged(obligations, 'ESCALATE')
      const told = await obliged.ask('ls')
      if (!told.startsWith('ESCALATE')) throw new Error(told)
    },
  )

  it('is shown by explain as the policy says it', async ({ expect }) => {
    await using files = await openEngine({ policiesDir: POLICIES, watchMs: 0 })
    const house = openHouse({ engine: files, flags: ON })
    const told = async (command: string) =>
      (await explain({ call: bash(command), principal: AGENT, requestId: undefined }, scopeFor(), house))
        .obligations
    expect(await told('ls')).toEqual([])
    expect(await told('git push')).toEqual(['LOG', 'ASK'])
    expect(await told('rm -rf /')).toEqual(['LOG'])
    expect(await told('terraform destroy')).toEqual(['LOG', 'ASK', 'REQUIRE_EXPERT'])
  })
})
