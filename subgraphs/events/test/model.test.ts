import { EVENT_TYPES } from '@lighthouse/contract/event-types'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import type { EventFilter, EventInput, LogEvent } from '../src/event.js'
import { matches } from '../src/event.js'
import { type PageRequest, read } from '../src/read.js'
import { AGENT, type OpenLog, openLog, tempDir } from './world.js'

/** What the log should hold: an array, and nothing else. */
interface Model {
  events: { id: string; type: string; aggregateId: string; agentId: string; version: number; data: unknown }[]
}

interface Real {
  readonly dir: string
  opened: OpenLog
  /** Reads whose answer was neither everything nor nothing. */
  telling: number
}

type Expect = Parameters<Parameters<typeof it>[2] & object>[0] extends { expect: infer E } ? E : never

const aggregateIds = ['a', 'b', 'c']
const types = EVENT_TYPES.slice(0, 3)
const idOf = (n: number) => `01890000-0000-7000-8000-${String(n).padStart(12, '0')}`

const inputs = fc.array(
  fc.record({
    id: fc.option(fc.integer({ min: 0, max: 60 }).map(idOf), { nil: null, freq: 1 }),
    type: fc.constantFrom(...types),
    aggregateId: fc.constantFrom(...aggregateIds),
    data: fc.jsonValue({ maxDepth: 3 }),
    // Close to what the version may be, so that both outcomes happen.
    expectedVersion: fc.option(fc.integer({ min: 0, max: 6 }), { nil: null, freq: 1 }),
  }),
  { minLength: 1, maxLength: 6 },
)

/** The model's own append: what becomes of a batch, said as plainly as can be. */
function modelAppend(model: Model, batch: readonly EventInput[]): 'refused' | readonly number[] {
  const draft = [...model.events]
  const places: number[] = []
  for (const { id, type, aggregateId, data, expectedVersion } of batch) {
    const at = id === null ? -1 : draft.findIndex((event) => event.id === id)
    if (at >= 0) {
      if (draft[at]?.aggregateId !== aggregateId || draft[at]?.type !== type) return 'refused'
      places.push(at + 1)
      continue
    }
    const version = draft.filter((event) => event.aggregateId === aggregateId).length
    if (expectedVersion !== null && expectedVersion !== version) return 'refused'
    draft.push({ id: id ?? '', type, aggregateId, agentId: AGENT.agentId, version: version + 1, data })
    places.push(draft.length)
  }
  model.events = draft
  return places
}

class Append implements fc.AsyncCommand<Model, Real> {
  readonly batch: readonly EventInput[]
  readonly expect: Expect
  constructor(batch: readonly EventInput[], expect: Expect) {
    this.batch = batch
    this.expect = expect
  }
  check = () => true
  async run(model: Model, real: Real): Promise<void> {
    const before = real.opened.log.head
    const wanted = modelAppend(model, this.batch)
    const done = await real.opened.appender.append(this.batch, AGENT).catch((thrown: Error) => thrown)
    if (wanted === 'refused') {
      this.expect(done).toBeInstanceOf(Error)
      this.expect(real.opened.log.head).toBe(before)
      return
    }
    if (done instanceof Error) throw done
    this.expect(done.events.map((event) => event.sequence)).toEqual(wanted)
  }
  toString = () => `append(${JSON.stringify(this.batch)})`
}

class Read implements fc.AsyncCommand<Model, Real> {
  readonly page: PageRequest
  readonly expect: Expect
  constructor(page: PageRequest, expect: Expect) {
    this.page = page
    this.expect = expect
  }
  check = () => true
  async run(model: Model, real: Real): Promise<void> {
    const { events, lastSequence, hasMore } = await read(real.opened.log, this.page)
    const wanted = model.events
      .map((event, at) => ({ ...event, sequence: at + 1 }))
      .filter(({ sequence }) => sequence > (this.page.after ?? 0))
      .filter((event) => matches(event as unknown as LogEvent, this.page.filter ?? {}))
    const cut =
      this.page.first === undefined
        ? wanted.slice(-(this.page.last ?? 0))
        : wanted.slice(0, this.page.first ?? 0)
    this.expect(events.map((event) => [event.sequence, event.aggregateVersion])).toEqual(
      cut.map((event) => [event.sequence, event.version]),
    )
    this.expect(events.map((event) => event.data)).toEqual(
      cut.map((event) => JSON.parse(JSON.stringify(event.data)) as unknown),
    )
    this.expect(lastSequence).toBe(model.events.length)
    this.expect(hasMore).toBe(cut.length < wanted.length)
    if (cut.length > 1 && hasMore) real.telling += 1
  }
  toString = () => `read(${JSON.stringify(this.page)})`
}

class Reopen implements fc.AsyncCommand<Model, Real> {
  check = () => true
  async run(_model: Model, real: Real): Promise<void> {
    await real.opened[Symbol.asyncDispose]()
    real.opened = await openLog(real.dir)
  }
  toString = () => 'reopen'
}

describe('the log', () => {
  it('is an array: any appends, reads and restarts do what they would do to one', {
    timeout: 60_000,
  }, async ({ expect }) => {
    const filter: fc.Arbitrary<EventFilter> = fc.record(
      {
        aggregateId: fc.constantFrom(...aggregateIds),
        agentId: fc.constantFrom(AGENT.agentId, 'nobody'),
        types: fc.uniqueArray(fc.constantFrom(...types), { maxLength: 3 }),
      },
      { requiredKeys: [] },
    )
    const after = fc.integer({ min: 0, max: 8 })
    const size = fc.integer({ min: 1, max: 6 })
    const commands = [
      inputs.map((batch) => new Append(batch, expect)),
      fc.record({ filter, after, first: size }).map((page) => new Read(page, expect)),
      fc.record({ filter, after, last: size }).map((page) => new Read(page, expect)),
      fc.constant(new Reopen()),
    ]
    await fc.assert(
      fc.asyncProperty(fc.commands(commands, { maxCommands: 60, size: 'max' }), async (chosen) => {
        const dir = tempDir()
        const real: Real = { dir, opened: await openLog(dir), telling: 0 }
        await fc.asyncModelRun(() => ({ model: { events: [] }, real }), chosen)
        await real.opened[Symbol.asyncDispose]()
      }),
      { numRuns: 40 },
    )
  })
})
