import { setTimeout as wait } from 'node:timers/promises'
import { describe, it } from 'vitest'
import { Questions } from '../../src/workers/questions.js'

type Answers = Readonly<Record<string, () => unknown>>

/** Two ends of a channel. Messages are copied on their way; `heard` counts the questions that arrived. */
function channel(answers: Answers, others: Answers = {}) {
  const heard: string[] = []
  const near = new Questions((message, onSent) => {
    const copy = structuredClone(message)
    if ('question' in copy) heard.push(copy.question)
    setImmediate(() => {
      far.receive(copy)
      onSent(null)
    })
  }, others)
  const far = new Questions((message) => {
    const copy = structuredClone(message)
    setImmediate(() => near.receive(copy))
  }, answers)
  return { near, far, heard }
}

describe('questions between processes', () => {
  it('are answered either way over one channel', async ({ expect }) => {
    const { near, far } = channel({ age: () => 7 }, { age: () => Promise.resolve(8) })
    expect(await Promise.all([near.ask('age', 500), far.ask('age', 500)])).toEqual([7, 8])
  })

  it('are under way once, and whoever asks meanwhile gets the same answer', async ({ expect }) => {
    let answer: (value: number) => void = () => undefined
    const { near, heard } = channel({ age: () => new Promise((resolve) => (answer = resolve)) })
    await expect(near.ask('age', 5)).rejects.toThrow(/within 5 ms/)
    const second = near.ask('age', 500)
    await wait(5)
    answer(9)
    expect(await second).toBe(9)
    expect(heard).toEqual(['age'])
    const third = near.ask('age', 500)
    await wait(5)
    answer(10)
    expect(await third).toBe(10)
  })

  it('fail with an end that cannot answer, cannot be reached, or is gone', async ({ expect }) => {
    const broken = channel({
      age: () => {
        throw new Error('no')
      },
    })
    await expect(broken.near.ask('age', 500)).rejects.toThrow(/cannot answer 'age'/)
    const closed = new Questions((_, onSent) => onSent(new Error('closed')), {})
    await expect(closed.ask('age', 500)).rejects.toThrow(/cannot answer/)
    const silent = new Questions(() => undefined, {})
    const asked = silent.ask('age', 500)
    silent[Symbol.dispose]()
    await expect(asked).rejects.toThrow(/cannot answer/)
  })

  it('leave other messages alone', ({ expect }) => {
    const { near } = channel({})
    for (const other of [{}, { serving: {} }, { answer: 'nothing' }, { question: 1 }])
      expect(() => near.receive(other as object)).not.toThrow()
  })
})
