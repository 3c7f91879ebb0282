import { afterEach, describe, it, vi } from 'vitest'
import { type BreakerState, createBreaker } from '../src/breaker.js'

const codeOf = (thrown: unknown) => (thrown as { extensions?: { code?: string } }).extensions?.code
const broken = () => Promise.reject(new Error('broken'))

describe('a breaker', () => {
  afterEach(() => void vi.useRealTimers())

  it('[P-039] opens after the failures in a row, tries once when half open, and closes again', async ({
    expect,
  }) => {
    vi.useFakeTimers()
    const states: BreakerState[] = []
    const breaker = createBreaker({
      name: 'redis',
      failures: 3,
      halfOpenAfterMs: 1_000,
      timeoutMs: 50,
      onChange: (state) => void states.push(state),
    })
    for (let turn = 0; turn < 2; turn += 1) await expect(breaker.run(broken)).rejects.toThrow('broken')
    await breaker.run(async () => 'a success starts the count again')
    for (let turn = 0; turn < 3; turn += 1) await expect(breaker.run(broken)).rejects.toThrow('broken')
    expect(breaker.state).toBe('open')
    let called = 0
    const count = async () => void (called += 1)
    expect(codeOf(await breaker.run(count).catch((thrown: unknown) => thrown))).toBe('SUBGRAPH_UNAVAILABLE')
    expect(called).toBe(0)
    vi.advanceTimersByTime(1_000)
    await expect(breaker.run(broken)).rejects.toThrow('broken')
    expect(breaker.state).toBe('open')
    vi.advanceTimersByTime(1_000)
    await breaker.run(count)
    expect(called).toBe(1)
    expect(states).toEqual(['open', 'half-open', 'open', 'half-open', 'closed'])
  })

  it('[P-039] lets one call through while half open and refuses the others at once, however long that one takes', async ({
    expect,
  }) => {
    vi.useFakeTimers()
    const breaker = createBreaker({ name: 'redis', failures: 1, halfOpenAfterMs: 1_000, timeoutMs: 30_000 })
    await expect(breaker.run(broken)).rejects.toThrow('broken')
    vi.advanceTimersByTime(1_000)
    let finish: () => void = () => {}
    const probe = breaker.run(() => new Promise<void>((resolve) => (finish = resolve)))
    let called = 0
    for (let i = 0; i < 10; i += 1) {
      const refused = breaker.run(async () => void (called += 1))
      expect(codeOf(await refused.catch((thrown: unknown) => thrown))).toBe('SUBGRAPH_UNAVAILABLE')
    }
    expect([called, breaker.state]).toEqual([0, 'half-open'])
    finish()
    await probe
    expect(breaker.state).toBe('closed')
  })

  it('counts what takes too long as a failure, and tells it to stop', async ({ expect }) => {
    const breaker = createBreaker({ name: 'redis', failures: 1, timeoutMs: 10 })
    let stopped = false
    const hangs = breaker.run((signal) => {
      signal.addEventListener('abort', () => (stopped = true))
      return new Promise(() => {})
    })
    expect(codeOf(await hangs.catch((thrown: unknown) => thrown))).toBe('DEADLINE_EXCEEDED')
    expect(stopped).toBe(true)
    expect(breaker.state).toBe('open')
  })
})
