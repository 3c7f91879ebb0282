import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { EVENT_TYPES } from '@lighthouse/contract/event-types'
import { open } from 'lmdb'
import { describe, it } from 'vitest'
import { type LogEvent, matches } from '../src/event.js'
import { decodeRecord, encodeRecord } from '../src/log/record.js'
import { openLmdbLog } from '../src/log/lmdb.js'
import { read } from '../src/read.js'
import { AGENT, input, openLog, openTestLog, tempDir } from './world.js'

const sequencesOf = (page: { events: readonly LogEvent[] }) => page.events.map((event) => event.sequence)

describe('read', () => {
  it('[P-011] takes the newest before it cuts: the last 3 of 21 are 19, 20, 21', async ({ expect }) => {
    const { appender, log } = await openTestLog()
    await appender.append(
      Array.from({ length: 21 }, () => input()),
      AGENT,
    )
    const last = await read(log, { last: 3 })
    expect(sequencesOf(last)).toEqual([19, 20, 21])
    expect(last).toMatchObject({ hasMore: true, lastSequence: 21 })
    expect(sequencesOf(await read(log, { first: 3 }))).toEqual([1, 2, 3])
    expect(await read(log, { first: 3, after: 18 })).toMatchObject({ hasMore: false })
    expect(sequencesOf(await read(log, { last: 5, after: 18 }))).toEqual([19, 20, 21])
    expect(await read(log, { first: 0 })).toMatchObject({ events: [], hasMore: true })
  })

  it('[P-011] pages without skip or repeat while events are appended', async ({ expect }) => {
    const { appender, log } = await openTestLog()
    const batch = Array.from({ length: 100 }, (_, at) => input({ aggregateId: `a${at % 3}` }))
    await appender.append(batch, AGENT)
    const seen: number[] = []
    let writing = 20
    const writer = (async () => {
      for (; writing > 0; writing -= 1) await appender.append(batch, AGENT)
    })()
    let whileWriting = 0
    for (let open = true; open; ) {
      const page = await read(log, { first: 7, after: seen.at(-1) ?? 0, filter: { aggregateId: 'a1' } })
      seen.push(...sequencesOf(page))
      if (writing > 0) whileWriting += 1
      open = writing > 0 || page.hasMore
      if (page.events.length === 0) await new Promise((resolve) => setImmediate(resolve))
    }
    await writer
    const all: number[] = []
    for (let after = 0; ; after = all.at(-1) ?? 0) {
      const page = await read(log, { first: 1_000, after, filter: { aggregateId: 'a1' } })
      all.push(...sequencesOf(page))
      if (!page.hasMore) break
    }
    expect(whileWriting).toBeGreaterThan(5)
    expect(all).toHaveLength(21 * 33)
    expect(seen).toEqual(all.slice(0, seen.length))
    expect(seen.length).toBeGreaterThan(20 * 33)
  })

  it('finds by every filter, forwards and backwards, what a scan finds', async ({ expect }) => {
    const { appender, log } = await openTestLog()
    const types = EVENT_TYPES.slice(0, 4)
    const inputs = Array.from({ length: 400 }, (_, at) =>
      input({
        type: types[at % 4] ?? 'CUSTOM',
        aggregateId: `a${at % 5}`,
        aggregateType: at % 2 === 0 ? 'even' : 'odd',
        correlationId: at % 7 === 0 ? 'seven' : null,
      }),
    )
    await appender.append(inputs.slice(0, 200), AGENT)
    await appender.append(inputs.slice(200), { ...AGENT, agentId: 'other' })
    const { events } = await read(log, { first: 1_000 })
    const filters = [
      {},
      { types: [types[0] ?? ''] },
      { types: [types[0] ?? '', types[2] ?? '', types[0] ?? ''] },
      { types: [] },
      { aggregateId: 'a3' },
      { aggregateId: 'none' },
      { aggregateType: 'odd' },
      { agentId: 'other' },
      { correlationId: 'seven' },
      { aggregateId: 'a1', types: [types[1] ?? ''], agentId: 'other', aggregateType: 'odd' },
    ]
    for (const filter of filters) {
      const wanted = events.filter((event) => matches(event, filter))
      const first = await read(log, { filter, first: 13, after: 50 })
      expect(first.events).toEqual(wanted.filter((event) => event.sequence > 50).slice(0, 13))
      const last = await read(log, { filter, last: 13 })
      expect(last.events).toEqual(wanted.slice(-13))
      expect(last.hasMore).toBe(wanted.length > 13)
    }
  })

  it.for([
    { first: 1, last: 1 },
    { first: -1 },
    { last: 1_001 },
    { first: 1.5 },
    { after: -1 },
    { after: Number.NaN },
  ])('refuses %j with BAD_USER_INPUT', async (request, { expect }) => {
    const { log } = await openTestLog()
    await expect(read(log, request)).rejects.toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } })
  })

  it('[P-008] notices every flipped bit of a record, and a record in the wrong place', async ({ expect }) => {
    const { appender, log } = await openTestLog()
    await appender.append([input({ data: { text: 'whole' } })], AGENT)
    const [event] = await log.get([1])
    const bytes = encodeRecord(event as LogEvent, JSON.stringify(event?.data))
    expect(decodeRecord(1, bytes)).toEqual(event)
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const flipped = Buffer.from(bytes)
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(() => decodeRecord(1, flipped)).toThrow('Event 1 cannot be read')
    }
    expect(() => decodeRecord(2, bytes)).toThrow('checksum')
    expect(() => decodeRecord(1, undefined)).toThrow('missing')
    expect(() => decodeRecord(1, bytes.subarray(0, 3))).toThrow('format')
  })

  it('[P-008] reports the sequence of a corrupt record and reads the others', async ({ expect }) => {
    const dir = tempDir()
    {
      await using opened = await openLog(dir)
      await opened.appender.append([input(), input(), input()], AGENT)
    }
    const raw = open<Buffer, number>({ path: join(dir, 'log'), encoding: 'binary' })
    const bytes = Buffer.from(raw.get(2) ?? '')
    bytes[bytes.length - 3] = 0x7a
    await raw.put(2, bytes)
    await raw.close()
    const { log } = await openTestLog(dir)
    await expect(read(log, {})).rejects.toMatchObject({
      extensions: { code: 'INTERNAL_SERVER_ERROR', sequence: 2 },
    })
    expect(sequencesOf(await read(log, { after: 2 }))).toEqual([3])
  })

  it('builds its index again from the log when it is lost, behind or of another log', async ({ expect }) => {
    const dir = tempDir()
    const other = tempDir()
    const given = (name: string, count: number) =>
      Array.from({ length: count }, (_, at) => input({ aggregateId: `${name}${at % 2}` }))
    {
      await using opened = await openLog(dir)
      await opened.appender.append(given('a', 30), AGENT)
      await using rival = await openLog(other)
      await rival.appender.append(given('b', 40), AGENT)
    }
    const expected = async () => {
      await using opened = await openLog(dir)
      const found = await read(opened.log, { filter: { aggregateId: 'a1' } })
      expect(sequencesOf(found)).toEqual(Array.from({ length: 15 }, (_, at) => 2 * at + 2))
      expect(sequencesOf(await read(opened.log, { filter: { aggregateId: 'b1' } }))).toEqual([])
      expect((await opened.log.look([], ['a1', 'b1'])).versions).toEqual(new Map([['a1', 15]]))
    }
    rmSync(join(dir, 'index'), { recursive: true })
    await expected()
    cpSync(join(other, 'index'), join(dir, 'index'), { recursive: true })
    await expected()
    await expected()
  })

  it('stops writing, and says so, when a second process has written to the log', async ({ expect }) => {
    const dir = tempDir()
    const first = await openTestLog(dir)
    const second = await openLmdbLog({ dir })
    const rival = await openLog(dir)
    await rival.appender.append([input()], AGENT)
    await expect(first.appender.append([input()], AGENT)).rejects.toMatchObject({
      extensions: { code: 'INTERNAL_SERVER_ERROR' },
    })
    expect(first.log.failure).toContain('another process has written event 1')
    await rival[Symbol.asyncDispose]()
    await second[Symbol.asyncDispose]()
  })
})
