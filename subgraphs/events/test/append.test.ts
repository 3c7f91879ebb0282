import { describe, it } from 'vitest'
import type { Appended } from '../src/append.js'
import { LIMITS } from '../src/check.js'
import { read } from '../src/read.js'
import { AGENT, input, openLog, openTestLog, tempDir } from './world.js'

const uuid = (n: number) => `01890000-0000-7000-8000-${String(n).padStart(12, '0')}`
const codeOf = (thrown: unknown) => (thrown as { extensions?: { code?: string } }).extensions?.code

describe('append', () => {
  it('answers with the event as it is kept, under the agent of the credential', async ({ expect }) => {
    const { appender, log } = await openTestLog(tempDir(), () => 1_750_000_000_000)
    const given = input({
      aggregateId: 'order-1',
      aggregateType: 'order',
      correlationId: 'c',
      causationId: 'd',
    })
    const { events, lastSequence } = await appender.append([given], AGENT)
    expect(events).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
        sequence: 1,
        type: 'CUSTOM',
        aggregateId: 'order-1',
        aggregateType: 'order',
        aggregateVersion: 1,
        timestamp: 1_750_000_000_000,
        data: { hello: 'world' },
        correlationId: 'c',
        causationId: 'd',
        agentId: 'agent',
      },
    ])
    expect(lastSequence).toBe(1)
    expect(await log.get([1])).toEqual(events)
  })

  it('[P-003] gives gapless, strictly increasing sequences to 50 writers, failed appends among them', async ({
    expect,
  }) => {
    const { appender, log } = await openTestLog()
    let failed = 0
    const writers = Array.from({ length: 50 }, async (_, writer) => {
      const own: number[] = []
      for (let turn = 0; turn < 40; turn += 1) {
        const wrong = (writer + turn) % 4 === 0
        const expectedVersion = 1_000
        const given = input({ aggregateId: `w${writer}`, ...(wrong && { expectedVersion }) })
        try {
          const { events } = await appender.append([given, given].slice(wrong ? 0 : 1), AGENT)
          own.push(...events.map((event) => event.sequence))
        } catch (thrown) {
          expect(codeOf(thrown)).toBe('VERSION_CONFLICT')
          failed += 1
        }
      }
      expect(own).toEqual(own.toSorted((a, b) => a - b))
      return own
    })
    const sequences = (await Promise.all(writers)).flat().sort((a, b) => a - b)
    expect(failed).toBe(500)
    expect(sequences).toEqual(Array.from({ length: 1_500 }, (_, at) => at + 1))
    expect(log.head).toBe(1_500)
  })

  it('[P-006] lets exactly one of 100 racing writers win each version', async ({ expect }) => {
    const { appender, log } = await openTestLog()
    for (let version = 0; version < 10; version += 1) {
      const races = Array.from({ length: 100 }, (_, racer) =>
        appender.append([input({ expectedVersion: version, data: racer })], AGENT),
      )
      const outcomes = await Promise.allSettled(races)
      const won = outcomes.filter((outcome) => outcome.status === 'fulfilled')
      const lost = outcomes.filter((outcome) => outcome.status === 'rejected')
      expect(won).toHaveLength(1)
      for (const { reason } of lost) {
        expect(reason).toMatchObject({
          extensions: { code: 'VERSION_CONFLICT', expectedVersion: version, actualVersion: version + 1 },
        })
      }
    }
    expect(log.head).toBe(10)
  })

  it('[P-007] adds nothing when a batch is replayed, at once, later or after a restart', async ({
    expect,
  }) => {
    const dir = tempDir()
    const batch = [1, 2, 3].map((n) => input({ id: uuid(n), expectedVersion: n - 1, data: { n } }))
    const kept = await (async () => {
      await using opened = await openLog(dir)
      const [first, second] = await Promise.all([
        opened.appender.append(batch, AGENT),
        opened.appender.append(batch, AGENT),
      ])
      expect(second.events).toEqual(first.events)
      expect((await opened.appender.append(batch, AGENT)).events).toEqual(first.events)
      return first.events
    })()
    const again = await openTestLog(dir)
    expect((await again.appender.append(batch, AGENT)).events).toEqual(kept)
    const mixed = await again.appender.append([input({ id: uuid(2) }), input({ id: uuid(9) })], AGENT)
    expect(mixed.events.map((event) => event.sequence)).toEqual([2, 4])
    expect(again.log.head).toBe(4)
  })

  it('refuses an id that is the key of a different event', async ({ expect }) => {
    const { appender, log } = await openTestLog()
    await appender.append([input({ id: uuid(1) })], AGENT)
    const other = appender.append([input(), input({ id: uuid(1), aggregateId: 'b' })], AGENT)
    await expect(other).rejects.toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } })
    expect(log.head).toBe(1)
  })

  it('[P-002] appends all of a batch or none of it', async ({ expect }) => {
    const { appender, log } = await openTestLog()
    const batch = [input({ aggregateId: 'x' }), input({ aggregateId: 'y', expectedVersion: 7 })]
    await expect(appender.append(batch, AGENT)).rejects.toThrow('at version 0, not 7')
    expect(log.head).toBe(0)
    const many = Array.from({ length: LIMITS.batchEvents }, () => input({ aggregateId: 'x' }))
    const { events } = await appender.append(many, AGENT)
    expect(events.at(-1)).toMatchObject({ sequence: 1_000, aggregateVersion: 1_000 })
  })

  it('counts versions within one batch', async ({ expect }) => {
    const { appender } = await openTestLog()
    const batch = [0, 1, 2].map((expectedVersion) => input({ expectedVersion }))
    const { events } = await appender.append(batch, AGENT)
    expect(events.map((event) => event.aggregateVersion)).toEqual([1, 2, 3])
  })

  it('[P-005] never goes back in time or in ids: not with the clock, not over a restart', async ({
    expect,
  }) => {
    const dir = tempDir()
    const seen: Appended['events'][number][] = []
    const hour = 3_600_000
    for (const now of [1_750_000_000_000, 1_750_000_000_000 - hour, 1_750_000_000_000 + hour, 5]) {
      await using opened = await openLog(dir, () => now)
      for (let turn = 0; turn < 20; turn += 1) {
        seen.push(...(await opened.appender.append([input()], AGENT)).events)
      }
    }
    const ids = seen.map((event) => event.id)
    const times = seen.map((event) => event.timestamp)
    expect(ids).toEqual(ids.toSorted())
    expect(new Set(ids).size).toBe(80)
    expect(times).toEqual(times.toSorted((a, b) => a - b))
  })

  const deep = (levels: number): unknown => (levels === 0 ? 1 : [deep(levels - 1)])
  const cyclic: Record<string, unknown> = {}
  cyclic['self'] = cyclic
  it.for([
    ['no event', []],
    ['1,001 events', Array.from({ length: 1_001 }, () => input())],
    ['an unknown type', [input({ type: 'SYSTEM_START' })]],
    ['an id that is no UUID', [input({ id: 'evt_1' })]],
    ['an empty aggregateId', [input({ aggregateId: '' })]],
    ['an aggregateId of 257 characters', [input({ aggregateId: 'x'.repeat(257) })]],
    ['NUL in an id', [input({ correlationId: 'a\u0000b' })]],
    ['NUL in a text of the data', [input({ data: { a: ['\u0000'] } })]],
    ['NUL in a key of the data', [input({ data: { 'a\u0000': 1 } })]],
    ['33 levels', [input({ data: deep(33) })]],
    ['data that contains itself', [input({ data: cyclic })]],
    ['100,000 levels', [input({ data: JSON.parse('['.repeat(5_000) + ']'.repeat(5_000)) })]],
    ['data that is not JSON', [input({ data: undefined })]],
    ['a BigInt', [input({ data: 1n })]],
    ['more than 1 MB', [input({ data: 'x'.repeat(1_000_001) })]],
    ['a batch over 10 MB', Array.from({ length: 11 }, () => input({ data: 'x'.repeat(999_000) }))],
    ['a negative version', [input({ expectedVersion: -1 })]],
  ] as const)(
    '[P-018] refuses %s with BAD_USER_INPUT and spends no sequence',
    async ([, inputs], { expect }) => {
      const { appender, log } = await openTestLog()
      await expect(appender.append(inputs, AGENT)).rejects.toMatchObject({
        extensions: { code: 'BAD_USER_INPUT' },
      })
      expect(log.head).toBe(0)
    },
  )

  it('[P-018] keeps ordinary source text, 32 levels and 256 characters', async ({ expect }) => {
    const { appender, log } = await openTestLog()
    const data = { html: '<script>eval("\\x41")</script>', deep: deep(31), lone: 'ü 😀 \u0001' }
    await appender.append([input({ aggregateId: 'é'.repeat(256), data })], AGENT)
    const { events } = await read(log, { filter: { aggregateId: 'é'.repeat(256) } })
    expect(events.map((event) => event.data)).toEqual([data])
  })

  it('refuses more than may wait with OVERLOADED, and takes appends again afterwards', async ({ expect }) => {
    const { appender, log } = await openTestLog()
    const heavy = Array.from({ length: 9 }, () => input({ data: 'x'.repeat(999_000) }))
    const outcomes = await Promise.allSettled(Array.from({ length: 12 }, () => appender.append(heavy, AGENT)))
    const refused = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? [codeOf(outcome.reason)] : [],
    )
    expect(refused.length).toBeGreaterThan(0)
    expect(new Set(refused)).toEqual(new Set(['OVERLOADED']))
    await appender.append([input()], AGENT)
    expect(log.head).toBe((12 - refused.length) * 9 + 1)
  })
})
