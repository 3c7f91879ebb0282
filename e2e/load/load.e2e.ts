import { describe, it } from 'vitest'
import { lighthouse } from '../run.js'
import { startWorld } from '../world.js'

interface Report {
  readonly valid: boolean
  readonly sent: number
  readonly completed: number
  readonly errors: Record<string, number>
  readonly latencyMs: { p50: number; p95: number; p99: number }
}

describe('under load', () => {
  it('[P-104] 200 open-loop agents get an answer to every request, and each is a row', async ({ expect }) => {
    await using world = await startWorld()
    const ran = await lighthouse(
      ['load', '--agents', '200', '--rate', '60', '--seconds', '5', '--seed', '7', '--json'],
      { env: world.env },
    )
    const report = JSON.parse(ran.stdout) as Report
    expect(report.errors).toEqual({})
    expect(report.sent).toBeGreaterThan(200)
    expect(report.completed).toBe(report.sent)
    expect(report.latencyMs.p99).toBeGreaterThan(report.latencyMs.p50)
  })
})
