import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, it } from 'vitest'

const BENCH = fileURLToPath(new URL('../../gateway/bench/dist/main.js', import.meta.url))

interface Report {
  readonly heavy: { readonly ratio: number; readonly fetches: number; readonly answerBytes: number }
}

// CPU times of processes that take turns: other work on the machine draws the run out and changes the ratio little.
describe('the gateway beside its fastest peer', { timeout: 180_000 }, () => {
  it('[P-133] spends at most a third of the CPU on the heavy federated query, telemetry on', async ({
    expect,
  }) => {
    const { stdout } = await promisify(execFile)(process.execPath, [
      BENCH,
      '--only',
      'heavy',
      '--rounds',
      '1',
      '--json',
    ])
    const { heavy } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Report
    expect(heavy.fetches).toBe(7)
    expect(heavy.answerBytes).toBeGreaterThan(70_000)
    expect(heavy.ratio).toBeLessThanOrEqual(1 / 3)
  })
})
