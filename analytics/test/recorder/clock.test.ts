import { describe, it } from 'vitest'
import { createClock } from '../../src/recorder/clock.js'

function fake(): { wall: number; monotonic: number; now: () => number } {
  const state = { wall: 1_000_000, monotonic: 0, now: () => 0 }
  state.now = createClock({
    wallMs: () => state.wall,
    monotonicMs: () => state.monotonic,
    originMs: 1_000_000,
  })
  return state
}

describe('clock', () => {
  it('counts whole microseconds of the monotonic clock since the epoch', ({ expect }) => {
    const clock = fake()
    clock.monotonic = 12.3456
    expect(clock.now()).toBe(1_000_012_345)
  })

  it('follows a forward step of the wall clock within a second', ({ expect }) => {
    const clock = fake()
    clock.monotonic = 1_000
    clock.wall = 1_006_000
    expect(clock.now()).toBe(1_006_000_500)
  })

  it('holds still while the wall clock is a little behind, and never goes back', ({ expect }) => {
    const clock = fake()
    clock.monotonic = 900
    const before = clock.now()
    clock.monotonic = 1_000
    clock.wall = 1_000_500
    expect(clock.now()).toBe(before)
    clock.monotonic = 1_500
    expect(clock.now()).toBe(1_001_000_500)
  })

  it('follows the wall clock back when it was set back by more than a second', ({ expect }) => {
    const clock = fake()
    clock.monotonic = 900
    clock.now()
    clock.monotonic = 1_000
    clock.wall = 900_000
    expect(clock.now()).toBe(900_000_500)
  })
})
