import { describe, it } from 'vitest'
import { createTicker, type Page } from '../src/live/frame.js'

function fakePage() {
  const frames: (() => void)[] = []
  const painted: (() => void)[] = []
  let watch = (): void => undefined
  const state = { hidden: false }
  const page: Page = {
    requestFrame: (run) => frames.push(run),
    cancelFrame: () => frames.splice(0),
    afterPaint: (run) => painted.push(run),
    hidden: () => state.hidden,
    onVisibility(run) {
      watch = run
      return () => undefined
    },
  }
  return {
    page,
    frames,
    paint() {
      for (const run of frames.splice(0)) run()
      for (const run of painted.splice(0)) run()
    },
    hide(hidden: boolean) {
      state.hidden = hidden
      watch()
    },
  }
}

describe('createTicker', () => {
  it('makes one frame of many changes, and runs each painter once in it', ({ expect }) => {
    const { page, frames, paint } = fakePage()
    const ticker = createTicker(page)
    let runs = 0
    ticker.add(() => {
      runs += 1
    })
    for (let n = 0; n < 100; n += 1) ticker.invalidate()
    expect(frames).toHaveLength(1)
    paint()
    expect(runs).toBe(1)
    paint()
    expect(runs).toBe(1)
  })

  it('paints nothing while the page is hidden, and the newest state once on return', ({ expect }) => {
    const { page, frames, paint, hide } = fakePage()
    const ticker = createTicker(page)
    let runs = 0
    ticker.add(() => {
      runs += 1
    })
    paint()
    hide(true)
    ticker.invalidate()
    ticker.invalidate()
    expect(frames).toHaveLength(0)
    hide(false)
    paint()
    expect(runs).toBe(2)
  })

  it('calls back after the paint that a painter took part in, and not when none did', ({ expect }) => {
    const { page, paint } = fakePage()
    const ticker = createTicker(page)
    const calls: string[] = []
    ticker.oncePainted(() => calls.push('nobody painted'))
    ticker.invalidate()
    paint()
    ticker.add(() => calls.push('painter'))
    ticker.oncePainted(() => calls.push('painted'))
    paint()
    expect(calls).toEqual(['painter', 'painted'])
  })
})
