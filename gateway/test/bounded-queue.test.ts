import { describe, it } from 'vitest'
import { BoundedQueue, QueueOverflow } from '../src/subscribe/bounded-queue.js'

describe('BoundedQueue', () => {
  it('gives items in order, waits for the next, and ends with undefined', async ({ expect }) => {
    const queue = new BoundedQueue<number>({ conflate: false, limit: 10 })
    queue.push(1)
    queue.push(2)
    expect([await queue.next(), await queue.next()]).toEqual([1, 2])
    const waiting = queue.next()
    queue.push(3)
    expect(await waiting).toBe(3)
    queue.end()
    expect(await queue.next()).toBeUndefined()
  })

  it('keeps the newest item only when it conflates', async ({ expect }) => {
    const queue = new BoundedQueue<number>({ conflate: true, limit: 1 })
    for (const item of [1, 2, 3]) queue.push(item)
    queue.end()
    expect([await queue.next(), await queue.next()]).toEqual([3, undefined])
  })

  it('ends with an overflow when the reader falls behind, and holds nothing more', async ({ expect }) => {
    const queue = new BoundedQueue<number>({ conflate: false, limit: 2 })
    for (const item of [1, 2, 3, 4]) queue.push(item)
    await expect(queue.next()).rejects.toBeInstanceOf(QueueOverflow)
  })

  it('gives what waits before the error that its writer ended with', async ({ expect }) => {
    const queue = new BoundedQueue<number>({ conflate: false, limit: 2 })
    queue.push(1)
    queue.end(new Error('gone'))
    expect(await queue.next()).toBe(1)
    await expect(queue.next()).rejects.toThrow('gone')
  })
})
