import fc from 'fast-check'
import { describe, it } from 'vitest'
import { advance, type Connection, connecting, quietSeconds, type Signal } from '../src/live/connection.js'

const after = (...signals: readonly Signal[]): Connection => signals.reduce(advance, connecting(0))
const frame = (now: number, madeAt = now): Signal => ({ kind: 'frame', now, madeAt })
const at = (kind: 'tick' | 'closed' | 'denied' | 'pause' | 'resume' | 'retry', now: number): Signal => ({
  kind,
  now,
})

describe('advance', () => {
  it('is live from the first frame on, and says how far it is behind', ({ expect }) => {
    expect(after(frame(1_000, 800))).toMatchObject({ phase: 'live', lagMs: 200, frameAt: 1_000 })
  })

  it('is stale after three seconds without a frame, and live again with the next', ({ expect }) => {
    expect(after(frame(1_000), at('tick', 4_000)).phase).toBe('live')
    const stale = after(frame(1_000), at('tick', 4_001))
    expect(stale.phase).toBe('stale')
    expect(quietSeconds(stale, 9_500)).toBe(8)
    expect(advance(stale, frame(10_000)).phase).toBe('live')
  })

  it('reconnects when the socket closes, and counts from the newest frame', ({ expect }) => {
    const lost = after(frame(1_000), at('closed', 1_500), at('closed', 3_000))
    expect(lost).toMatchObject({ phase: 'reconnecting', since: 1_500 })
    expect(quietSeconds(lost, 6_000)).toBe(5)
  })

  it('stays paused until it is resumed, whatever the socket does', ({ expect }) => {
    const paused = after(frame(1_000), at('pause', 2_000))
    for (const signal of [frame(3_000), at('closed', 3_000), at('tick', 60_000)]) {
      expect(advance(paused, signal).phase).toBe('paused')
    }
    expect(advance(paused, at('resume', 4_000)).phase).toBe('connecting')
  })

  it('stays signed out until a new credential is tried', ({ expect }) => {
    const out = after(frame(1_000), at('denied', 2_000))
    for (const signal of [frame(3_000), at('closed', 3_000), at('resume', 3_000), at('tick', 9_000)]) {
      expect(advance(out, signal).phase).toBe('signed-out')
    }
    expect(advance(out, at('retry', 4_000)).phase).toBe('connecting')
  })

  it('never says a negative lag, also when the two clocks differ', ({ expect }) => {
    fc.assert(
      fc.property(fc.integer({ min: -90_000, max: 90_000 }), fc.array(fc.nat(5_000)), (skew, delays) => {
        let state = connecting(0)
        delays.forEach((delay, index) => {
          const now = 1_000_000 + index * 500
          state = advance(state, frame(now, now - delay + skew))
          expect(state.lagMs).toBeGreaterThanOrEqual(0)
        })
      }),
    )
  })

  it('measures lag against the fastest frame when the server clock is ahead', ({ expect }) => {
    expect(after(frame(1_000, 6_000), frame(1_500, 6_300)).lagMs).toBe(200)
  })
})
