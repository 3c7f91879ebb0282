import { describe, it } from 'vitest'
import { LivePublisher } from '../../src/live/publish.js'
import { LiveWindow } from '../../src/live/window.js'

const frame = (count: number) => ({
  operations: [{ name: 'A', count, errors: 0, buckets: [300, count] }],
  tiers: [],
})

describe('the live publisher', () => {
  it('sends a frame at once, then one an interval, with what came meanwhile', async ({ expect }) => {
    const window = new LiveWindow()
    const publisher = new LivePublisher({ window })
    const stop = new AbortController()
    const frames = publisher.subscribe(100, stop.signal)
    const first = await frames.next()
    expect(first.value).toMatchObject({ operations: [], total: { count: 0 }, traces: [] })
    window.add(frame(7), Date.now())
    const start = performance.now()
    const second = await frames.next()
    expect(second.value?.total.count).toBe(7)
    expect(performance.now() - start).toBeGreaterThan(60)
    await frames.return()
    stop.abort()
  })

  it('gives a slow consumer the newest frame, and nothing that queued', async ({ expect }) => {
    const window = new LiveWindow()
    let now = Date.now()
    const publisher = new LivePublisher({ window, now: () => now })
    const frames = publisher.subscribe(100, new AbortController().signal)
    await frames.next()
    for (let i = 0; i < 30; i += 1) {
      now += 100
      window.add(frame(1), now)
    }
    const start = performance.now()
    const late = await frames.next()
    expect(late.value).toMatchObject({ at: now, total: { count: 30 } })
    expect(performance.now() - start).toBeLessThan(90)
    await frames.return()
  })

  it('names each ended trace once to each subscriber, from its first frame on', async ({ expect }) => {
    let now = Date.now()
    const publisher = new LivePublisher({ window: new LiveWindow(), now: () => now })
    const signal = new AbortController().signal
    publisher.ended(['before'])
    const one = publisher.subscribe(100, signal)
    expect((await one.next()).value?.traces).toEqual([])
    publisher.ended(['a', 'b'])
    const two = publisher.subscribe(100, signal)
    expect((await two.next()).value?.traces).toEqual([])
    publisher.ended(['c'])
    now += 200
    expect((await one.next()).value?.traces).toEqual(['a', 'b', 'c'])
    expect((await two.next()).value?.traces).toEqual(['c'])
    now += 200
    expect((await one.next()).value?.traces).toEqual([])
    await one.return()
    await two.return()
  })

  it('ends when its signal aborts, while it waits', async ({ expect }) => {
    const stop = new AbortController()
    const frames = new LivePublisher({ window: new LiveWindow() }).subscribe(10_000, stop.signal)
    await frames.next()
    const next = frames.next()
    stop.abort()
    expect(await next).toEqual({ value: undefined, done: true })
  })
})
