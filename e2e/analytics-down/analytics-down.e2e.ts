import { describe, it } from 'vitest'
import { bash, eventually, startWorld, VALIDATE, type Validated } from '../world.js'

describe('without analytics', () => {
  it('[P-137] operations go on while analytics is dead, and after its return every row is counted once', async ({
    expect,
  }) => {
    await using world = await startWorld()
    const total = 150
    for (let i = 0; i < total; i += 1) {
      if (i === 50) {
        const [analytics] = await world.children('analytics')
        expect(analytics).toBeGreaterThan(0)
        if (analytics !== undefined) process.kill(analytics, 'SIGKILL')
      }
      const { body } = await world.ask<Validated>(VALIDATE, { variables: bash(`ls -la ${i}`) })
      expect(body.errors).toBeUndefined()
      expect(body.data?.validateCommand.decision).toBe('ALLOW')
    }
    const counted = await eventually(
      async () => {
        const [row] = await world.rows<{ raw: string; minutes: string; hours: string }>(
          `SELECT (SELECT count() FROM obs.operations WHERE operation = 'V') AS raw,
                  (SELECT sum(n) FROM obs.ops_1m WHERE operation = 'V') AS minutes,
                  (SELECT sum(n) FROM obs.ops_1h WHERE operation = 'V') AS hours`,
        )
        return Math.min(Number(row?.raw), Number(row?.minutes), Number(row?.hours)) >= total ? row : undefined
      },
      { withinMs: 30_000, everyMs: 250 },
    )
    expect([Number(counted.raw), Number(counted.minutes), Number(counted.hours)]).toEqual([
      total,
      total,
      total,
    ])
  })
})
