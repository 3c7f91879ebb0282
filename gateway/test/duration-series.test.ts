import fc from 'fast-check'
import { describe, it } from 'vitest'
import { DurationSeries } from '../src/duration-series.js'
import { expose } from '../src/telling.js'

const LINE = /_bucket\{subgraph="a",le="([^"]+)"\} (\d+)/g

describe('durations for Prometheus', () => {
  it('are counted below each bound within the 1 % of the log-histogram', async ({ expect }) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 60_000_000 }), { minLength: 1 }),
        async (durations) => {
          const series = new DurationSeries({ name: 'x_seconds', help: 'X.', labels: ['subgraph'] })
          for (const us of durations) series.record(['a'], us)
          const { text } = await expose([[series.tell()]])
          const buckets = [...text.matchAll(LINE)].map(([, le = '', count]) => [
            Number(le === '+Inf' ? Infinity : le),
            Number(count),
          ])
          expect(buckets.length).toBe(16)
          let before = 0
          for (const [bound = 0, count = 0] of buckets) {
            const under = (factor: number) =>
              durations.filter((us) => us <= bound * 1_000_000 * factor).length
            expect(count).toBeGreaterThanOrEqual(Math.max(before, under(0.9899)))
            expect(count).toBeLessThanOrEqual(under(1.0101))
            before = count
          }
          expect(before).toBe(durations.length)
          const sum = durations.reduce((total, us) => total + us, 0) / 1_000_000
          expect(Number(/_sum\{[^}]*\} (\S+)/.exec(text)?.[1])).toBeCloseTo(sum, 6)
          expect(text).toContain(`x_seconds_count{subgraph="a"} ${durations.length}\n`)
        },
      ),
    )
  })

  it('have bounds from half a millisecond to half a minute, a hundred milliseconds and a second among them', async ({
    expect,
  }) => {
    const series = new DurationSeries({ name: 'x_seconds', help: 'X.', labels: ['subgraph'] })
    series.record(['a'], 1)
    const bounds = [...(await expose([[series.tell()]])).text.matchAll(LINE)].map(([, le]) => le)
    expect([bounds[0], bounds.at(-2), bounds.at(-1)]).toEqual(['0.0005', '30', '+Inf'])
    expect(bounds).toEqual(expect.arrayContaining(['0.1', '1']))
  })
})
