import { describe, it } from 'vitest'
import { createShownQueue, MAX_SHOWN, type Shown, show } from '../src/live/show.js'

function fakeTime() {
  const reports: (readonly Shown[])[] = []
  const timers: { run: () => void; at: number }[] = []
  const state = { now: 10_000 }
  const queue = createShownQueue({
    now: () => state.now,
    later: (run, ms) => timers.push({ run, at: state.now + ms }),
    report: (shown) => reports.push(shown),
  })
  return {
    queue,
    reports,
    advance(ms: number) {
      state.now += ms
      for (const timer of timers.splice(0)) {
        if (timer.at <= state.now) timer.run()
        else timers.push(timer)
      }
    },
  }
}

describe('show', () => {
  it('reports painted traces at once, with the moment of the paint', ({ expect }) => {
    const { queue, reports } = fakeTime()
    show(['a', 'b'], queue)
    expect(reports).toEqual([
      [
        { traceId: 'a', shownAt: '1970-01-01T00:00:10.000Z' },
        { traceId: 'b', shownAt: '1970-01-01T00:00:10.000Z' },
      ],
    ])
  })

  it('reports at most once a second and keeps the first moment of what waits', ({ expect }) => {
    const { queue, reports, advance } = fakeTime()
    show(['a'], queue)
    advance(300)
    show(['b'], queue)
    advance(300)
    show(['b', 'c'], queue)
    expect(reports).toHaveLength(1)
    advance(400)
    expect(reports).toHaveLength(2)
    expect(reports[1]).toEqual([
      { traceId: 'b', shownAt: '1970-01-01T00:00:10.300Z' },
      { traceId: 'c', shownAt: '1970-01-01T00:00:10.600Z' },
    ])
  })

  it('names at most twenty traces in a report: the newest', ({ expect }) => {
    const { queue, reports, advance } = fakeTime()
    show(['first'], queue)
    show(
      Array.from({ length: 50 }, (_, n) => `trace-${n}`),
      queue,
    )
    advance(1_000)
    expect(reports[1]).toHaveLength(MAX_SHOWN)
    expect(reports[1]?.at(-1)?.traceId).toBe('trace-49')
  })

  it('reports nothing when no trace was named', ({ expect }) => {
    const { queue, reports, advance } = fakeTime()
    show([], queue)
    advance(5_000)
    expect(reports).toEqual([])
  })
})
