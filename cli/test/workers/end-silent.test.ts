import { setTimeout as wait } from 'node:timers/promises'
import { describe, it } from 'vitest'
import { endSilent } from '../../src/workers/end-silent.js'

const BEAT_MS = 20

/** Watches one that answers each question as told, in turn, and nothing after; `endsBy` is the signal that ends it. */
async function watch(answers: readonly boolean[], endsBy: 'SIGTERM' | 'SIGKILL' = 'SIGKILL') {
  const ended = new AbortController()
  const signals: string[] = []
  let asked = 0
  const ask = async (withinMs: number) => {
    asked += 1
    if (answers[asked - 1] === true) return
    await wait(withinMs)
    throw new Error('No answer.')
  }
  const kill = (signal: string) => {
    signals.push(signal)
    if (signal === endsBy) ended.abort()
  }
  await endSilent({ ask, kill, silentMs: 3 * BEAT_MS, ended: ended.signal })
  return { asked, signals }
}

describe('one that is silent', () => {
  it('is asked to end, and killed when it does not', async ({ expect }) => {
    expect(await watch([true, true])).toEqual({ asked: 5, signals: ['SIGTERM', 'SIGKILL'] })
    expect(await watch([], 'SIGTERM')).toEqual({ asked: 3, signals: ['SIGTERM'] })
  })

  it('is left alone as long as it answers now and then', async ({ expect }) => {
    expect((await watch([false, false, true, false, false, true])).asked).toBe(9)
  })

  it('is asked in no haste when it cannot be asked at all', async ({ expect }) => {
    const from = performance.now()
    const ended = new AbortController()
    const ask = () => Promise.reject(new Error('The channel is closed.'))
    await endSilent({ ask, kill: () => ended.abort(), silentMs: 3 * BEAT_MS, ended: ended.signal })
    // A timer may be a millisecond early.
    expect(performance.now() - from).toBeGreaterThan(3 * BEAT_MS - 3)
  })

  it('is watched no longer when it ends by itself', async ({ expect }) => {
    const ended = new AbortController()
    const signals: string[] = []
    const ask = () => wait(BEAT_MS / 2)
    const watching = endSilent({
      ask,
      kill: (one) => signals.push(one),
      silentMs: 60_000,
      ended: ended.signal,
    })
    ended.abort()
    await watching
    expect(signals).toEqual([])
  })
})
