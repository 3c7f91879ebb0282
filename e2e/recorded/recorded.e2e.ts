import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'vitest'
import { bash, eventually, startWorld, subscriber, VALIDATE, type Validated } from '../world.js'

interface Live {
  readonly liveMetrics: { readonly operations: readonly { name: string; count: number }[] }
}

describe('what happened is kept', () => {
  it('[P-094] a mutation is a row in ClickHouse within 5 s and moves the live metrics within 1 s', async ({
    expect,
  }) => {
    await using world = await startWorld()
    const client = subscriber(world, world.credentials.agentKey)
    const frames = client.iterate<Live>({
      query: 'subscription L { liveMetrics(intervalMs: 100) { operations { name count errors p50Ms } } }',
    })
    const first = await frames.next()
    expect(first.value?.errors).toBeUndefined()

    const answered = await world.ask<Validated>(VALIDATE, { variables: bash('ls -la') })
    const answeredAt = performance.now()
    expect(answered.body.errors).toBeUndefined()
    for await (const frame of frames) {
      if (frame.data?.liveMetrics.operations.some((operation) => operation.name === 'V')) break
    }
    expect(performance.now() - answeredAt).toBeLessThan(1_000)
    await client.dispose()

    const rows = await eventually(async () => {
      const found = await world.rows<{ n: string | number; role: string }>(
        "SELECT count() AS n, any(agent_role) AS role FROM obs.operations WHERE operation = 'V'",
      )
      return Number(found[0]?.n) > 0 ? found : undefined
    })
    expect(performance.now() - answeredAt).toBeLessThan(5_000)
    expect(Number(rows[0]?.n)).toBe(1)
    expect(rows[0]?.role).toBe('AGENT')

    const fetches = await eventually(async () => {
      const [found] = await world.rows<{ told: string | number; rows: string | number }>(
        "SELECT (SELECT sum(fetches) FROM obs.operations WHERE operation = 'V') AS told, " +
          "(SELECT count() FROM obs.fetches WHERE operation = 'V' AND duration_us > 0 AND status = 'ok') AS rows",
      )
      return Number(found?.rows) > 0 ? found : undefined
    })
    expect(Number(fetches.told)).toBe(Number(fetches.rows))

    const latency = await eventually(async () => {
      const { body } = await world.ask<{ latency: { count: number; p50Ms: number; p99Ms: number } }>(
        'query { latency(operation: "V", window: "PT5M") { count p50Ms p95Ms p99Ms } }',
      )
      return body.data?.latency.count === 1 ? body.data.latency : undefined
    })
    expect(latency.p50Ms).toBeGreaterThan(0)
    expect(latency.p99Ms).toBeGreaterThanOrEqual(latency.p50Ms)
  })

  it('[P-001] the event of an answered mutation is in the log after kill -9 right after the answer', async ({
    expect,
  }) => {
    const dataDir = await mkdtemp(join(tmpdir(), 'lighthouse-e2e-'))
    try {
      const first = await startWorld({ dataDir })
      const { body } = await first.ask<Validated>(VALIDATE, { variables: bash('rm -rf /') })
      await first.crash()
      const decided = body.data?.validateCommand
      expect(decided).toMatchObject({ decision: 'BLOCK' })

      await using second = await startWorld({ dataDir })
      const { body: log } = await second.ask<{
        events: { events: { sequence: number; type: string; data: { decision: string } }[] }
      }>(
        'query E($id: String!) { events(filter: { aggregateId: $id }, first: 10) { events { sequence type data } } }',
        { variables: { id: decided?.id } },
      )
      expect(log.errors).toBeUndefined()
      expect(log.data?.events.events).toEqual([
        expect.objectContaining({
          sequence: decided?.events[0]?.sequence,
          type: 'VALIDATION_DECISION_MADE',
          data: expect.objectContaining({ decision: 'BLOCK' }),
        }),
      ])
      const { body: again } = await second.ask<{ decision: { decision: string } }>(
        'query D($id: ID!) { decision(id: $id) { decision } }',
        { variables: { id: decided?.id } },
      )
      expect(again.data?.decision).toEqual({ decision: 'BLOCK' })
    } finally {
      await rm(dataDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
    }
  })
})
