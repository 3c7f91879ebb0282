import fc from 'fast-check'
import { describe, it } from 'vitest'
import type { EventFilter } from '../src/event.js'
import { follow } from '../src/follow.js'
import { AGENT, type OpenLog, input, openTestLog } from './world.js'

/** Takes `count` events of a subscription, then leaves it. */
async function take({ log, tail }: OpenLog, count: number, since?: number, filter?: EventFilter) {
  const left = new AbortController()
  const seen: number[] = []
  const request = { signal: left.signal, ...(since !== undefined && { since }), ...(filter && { filter }) }
  for await (const event of follow(log, tail, request)) {
    seen.push(event.sequence)
    if (seen.length >= count) break
  }
  left.abort()
  return seen
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => from + at)

describe('follow', () => {
  it('[P-012] goes from catching up to live without gap or repeat, over reconnects', async ({ expect }) => {
    const opened = await openTestLog()
    const { appender } = opened
    const total = 6_000
    const writing = (async () => {
      for (let sent = 0; sent < total; sent += 60) {
        await appender.append(
          Array.from({ length: 60 }, () => input()),
          AGENT,
        )
      }
    })()
    const seen: number[] = []
    for (const stay of [1, 7, 999, 1_000, 1_001, 3, 500, 1_800]) {
      seen.push(...(await take(opened, stay, seen.at(-1) ?? 0)))
    }
    seen.push(...(await take(opened, total - seen.length, seen.at(-1))))
    await writing
    expect(seen).toEqual(range(1, total))
    expect(opened.tail.followers).toBe(0)
  })

  it('[P-012] property: any reconnects at any batches see each event once', async ({ expect }) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 3, maxLength: 10 }),
        fc.array(fc.integer({ min: 50, max: 2_500 }), { minLength: 1, maxLength: 6 }),
        async (batches, stays) => {
          const opened = await openTestLog()
          const total = batches.reduce((sum, size) => sum + size, 0)
          const writing = (async () => {
            for (const size of batches) {
              await opened.appender.append(
                Array.from({ length: size }, () => input()),
                AGENT,
              )
            }
          })()
          const seen: number[] = []
          for (let turn = 0; seen.length < total; turn += 1) {
            const stay = Math.min(stays[turn % stays.length] ?? 1, total - seen.length)
            seen.push(...(await take(opened, stay, seen.at(-1) ?? 0)))
          }
          await writing
          expect(seen).toEqual(range(1, total))
          await opened[Symbol.asyncDispose]()
        },
      ),
      { numRuns: 10 },
    )
  }, 60_000)

  it('without a cursor shows only what is appended from now on', async ({ expect }) => {
    const opened = await openTestLog()
    await opened.appender.append([input(), input()], AGENT)
    const taken = take(opened, 2)
    await opened.appender.append([input(), input()], AGENT)
    expect(await taken).toEqual([3, 4])
  })

  it('shows only what the filter lets through', async ({ expect }) => {
    const opened = await openTestLog()
    const taken = take(opened, 2, 0, { aggregateId: 'b' })
    for (const aggregateId of ['a', 'b', 'a', 'a', 'b']) {
      await opened.appender.append([input({ aggregateId })], AGENT)
    }
    expect(await taken).toEqual([2, 5])
  })

  it('a follower that stands still is read from the log when it goes on', async ({ expect }) => {
    const opened = await openTestLog()
    const { log, tail, appender } = opened
    const left = new AbortController()
    const events = follow(log, tail, { since: 0, signal: left.signal })[Symbol.asyncIterator]()
    await appender.append([input()], AGENT)
    expect((await events.next()).value).toMatchObject({ sequence: 1 })
    for (let turn = 0; turn < 4; turn += 1) {
      await appender.append(
        Array.from({ length: 1_000 }, () => input()),
        AGENT,
      )
    }
    expect(tail.after(1)).toBeUndefined()
    const seen: number[] = []
    while (seen.length < 4_000) seen.push((await events.next()).value?.sequence ?? 0)
    expect(seen).toEqual(range(2, 4_001))
    left.abort()
    expect((await events.next()).done).toBe(true)
  })

  it('keeps at most 32 MB of newest events in memory, and still shows every one', async ({ expect }) => {
    const opened = await openTestLog()
    const { appender, tail } = opened
    const heavy = [input({ data: 'x'.repeat(900_000) })]
    for (let turn = 0; turn < 40; turn += 1) await appender.append(heavy, AGENT)
    expect(tail.after(0)).toBeUndefined()
    const near = tail.after(35) ?? []
    expect(near.map((event) => event.sequence)).toEqual([36, 37, 38, 39, 40])
    expect(await take(opened, 40, 0)).toEqual(range(1, 40))
  })

  it('ends a follower that waits when its signal aborts', async ({ expect }) => {
    const { log, tail } = await openTestLog()
    const left = new AbortController()
    const next = follow(log, tail, { signal: left.signal })[Symbol.asyncIterator]().next()
    left.abort()
    expect(await next).toEqual({ done: true, value: undefined })
    expect(tail.followers).toBe(0)
  })

  it.for([-1, 1, 1.5])('refuses the cursor %s of an empty log', async (since, { expect }) => {
    const { log, tail } = await openTestLog()
    expect(() => follow(log, tail, { since, signal: new AbortController().signal })).toThrow(
      'since is a sequence of the log, 0 to 0',
    )
  })
})
