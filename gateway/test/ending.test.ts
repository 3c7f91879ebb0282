import { describe, it } from 'vitest'
import { Deadlines, type Due } from '../src/deadlines.js'
import { Ending } from '../src/ending.js'

const GONE = new Error('gone')
const never = () => new Promise<never>(() => undefined)

describe('the end of an operation', () => {
  it('ends the wait for work that heeds nothing', async ({ expect }) => {
    const ending = new Ending()
    const waits = [ending.race(never()), ending.race(never())]
    ending.end(GONE)
    for (const wait of waits) await expect(wait).rejects.toBe(GONE)
    await expect(ending.race(Promise.resolve(1))).rejects.toBe(GONE)
  })

  it('leaves work alone that is done, and hands on why it failed', async ({ expect }) => {
    const ending = new Ending()
    expect(await ending.race(Promise.resolve(1))).toBe(1)
    await expect(ending.race(Promise.reject(new Error('broken')))).rejects.toThrow('broken')
    expect(ending.isOver).toBe(false)
  })

  it('aborts a signal that was asked for before, and one that is asked for after', ({ expect }) => {
    for (const isEarly of [true, false]) {
      const ending = new Ending()
      const early = isEarly ? ending.signal : undefined
      ending.end(GONE)
      ending.end(new Error('later'))
      expect(ending.signal).toBe(early ?? ending.signal)
      expect([ending.signal.aborted, ending.signal.reason]).toEqual([true, GONE])
    }
  })
})

describe('deadlines', () => {
  const within = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

  it('end what takes too long, each at its own time, and nothing that ended before', async ({ expect }) => {
    const deadlines = new Deadlines(40)
    const expired: string[] = []
    const watched = (name: string) => {
      const due: Due = {
        dueAt: performance.now() + 40,
        expire: () => void expired.push(name),
        earlier: undefined,
        later: undefined,
      }
      deadlines.watch(due)
      return due
    }
    const first = watched('first')
    watched('second')
    await within(25)
    watched('third')
    deadlines.forget(first)
    await within(25)
    expect(expired).toEqual(['second'])
    await within(30)
    expect(expired).toEqual(['second', 'third'])
    watched('fourth')
    await within(60)
    expect(expired).toEqual(['second', 'third', 'fourth'])
  })
})
