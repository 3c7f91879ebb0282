import { describe, it } from 'vitest'
import { bash, startWorld, VALIDATE, type Validated } from '../world.js'

describe('without Redis', () => {
  it('[P-034] killing Redis mid-run costs no caller an error and turns no decision into ALLOW', async ({
    expect,
  }) => {
    await using world = await startWorld()
    const [redis] = await world.children('redis-server')
    expect(redis).toBeGreaterThan(0)
    const answers: { decision: string | undefined; errors: unknown; ms: number }[] = []
    for (let i = 0; i < 120; i += 1) {
      if (i === 40 && redis !== undefined) process.kill(redis, 'SIGKILL')
      const startedAt = performance.now()
      // Each command is new, so that no memory answers for the tiers behind it.
      const { body } = await world.ask<Validated>(VALIDATE, {
        variables: bash(`terraform apply -target=module.part${i}`),
      })
      answers.push({
        decision: body.data?.validateCommand.decision,
        errors: body.errors,
        ms: performance.now() - startedAt,
      })
    }
    expect(answers.filter((answer) => answer.errors !== undefined)).toEqual([])
    expect(new Set(answers.map((answer) => answer.decision))).toEqual(new Set(['ESCALATE']))
    const slowest = Math.max(...answers.slice(40).map((answer) => answer.ms))
    expect(slowest).toBeLessThan(2_000)
  })
})
