import { describe, it } from 'vitest'
import type { Child } from '../../src/up/child.js'
import { keepRunning } from '../../src/up/keep-running.js'

interface FakeChild extends Child {
  readonly end: () => void
  readonly state: { disposed: boolean }
}

function child(): FakeChild {
  let end = () => {}
  const exited = new Promise<void>((resolve) => {
    end = resolve
  })
  const state = { disposed: false }
  return {
    exited,
    end: () => end(),
    state,
    async [Symbol.asyncDispose]() {
      state.disposed = true
      end()
    },
  }
}

describe('keepRunning', () => {
  it('starts a child again when it ends, also after a start that failed, and never after it was told to stop', async ({
    expect,
  }) => {
    const started: FakeChild[] = []
    let failures = 1
    const first = child()
    const kept = keepRunning({
      name: 'child',
      first,
      start: async () => {
        if (failures-- > 0) throw new Error('no port')
        const next = child()
        started.push(next)
        return next
      },
      say: (text) => said.push(text),
    })
    const said: string[] = []
    first.end()
    await expect.poll(() => started.length, { timeout: 5_000 }).toBe(1)
    expect(said.some((text) => text.includes('no port'))).toBe(true)
    await kept[Symbol.asyncDispose]()
    expect(started[0]?.state.disposed).toBe(true)
    expect(started.length).toBe(1)
  })
})
