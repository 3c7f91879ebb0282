import { describe, it, vi } from 'vitest'
import { emptyNotes } from '../../../src/fetch/http-transport.js'
import { boundWaiting } from '../../../src/fetch/traffic/bound-waiting.js'
import { breakCircuit } from '../../../src/fetch/traffic/break-circuit.js'
import { Budget } from '../../../src/fetch/traffic/budget.js'
import { deduplicate } from '../../../src/fetch/traffic/deduplicate.js'
import { hedge } from '../../../src/fetch/traffic/hedge.js'
import { LatencyWindow } from '../../../src/fetch/traffic/latency-window.js'
import { retry } from '../../../src/fetch/traffic/retry.js'
import type { Call, Send, WireReply } from '../../../src/fetch/traffic/send.js'
import { TransportError } from '../../../src/fetch/transport-error.js'

function call(more: Partial<Call> = {}): Call {
  return {
    body: '{}',
    isRepeatable: true,
    isFresh: false,
    headers: [],
    requestId: 'r',
    trace: () => [],
    signature: () => [],
    deadlineAt: Date.now() + 60_000,
    signal: new AbortController().signal,
    notes: emptyNotes(),
    ...more,
  }
}

const MUTATION = { isRepeatable: false }

function reply(status = 200, headers: WireReply['headers'] = {}): WireReply {
  return { status, headers, text: `${status}`, bytes: 3 }
}

const UNREACHABLE = new TransportError('SUBGRAPH_UNAVAILABLE', 'no', { unanswered: true })

/** Answers one after the other; the last again and again. Counts what was sent. */
function scripted(...outcomes: readonly (WireReply | Error)[]): Send & { sent: number } {
  const send = (): Promise<WireReply> => {
    const outcome = outcomes[Math.min(self.sent, outcomes.length - 1)] ?? reply()
    self.sent += 1
    return outcome instanceof Error ? Promise.reject(outcome) : Promise.resolve(outcome)
  }
  const self = Object.assign(send, { sent: 0 })
  return self
}

/** Sends that are settled by hand. */
function held() {
  const sent: { call: Call; answer: (reply: WireReply) => void; fail: (error: Error) => void }[] = []
  const send: Send = (call) =>
    new Promise((answer, fail) => {
      sent.push({ call, answer, fail })
      call.signal.addEventListener('abort', () => fail(call.signal.reason as Error), { once: true })
    })
  return { sent, send }
}

function retrying(next: Send, more: Partial<Parameters<typeof retry>[1]> = {}) {
  const budget = new Budget(20, 10)
  return retry(next, { attempts: 3, minDelayMs: 0, maxDelayMs: 0, budget, onRetry: () => undefined, ...more })
}

describe('retry', () => {
  it('sends a query again until it is answered, and notes how often', async ({ expect }) => {
    const next = scripted(UNREACHABLE, reply(503), reply(200))
    const one = call()
    expect((await retrying(next)(one)).status).toBe(200)
    expect([next.sent, one.notes.attempts]).toEqual([3, 3])
  })

  it('gives what came last when nothing helped', async ({ expect }) => {
    await expect(retrying(scripted(UNREACHABLE))(call())).rejects.toBe(UNREACHABLE)
    expect((await retrying(scripted(reply(502)))(call())).status).toBe(502)
  })

  it('never sends a mutation again', async ({ expect }) => {
    const next = scripted(UNREACHABLE)
    await expect(retrying(next)(call(MUTATION))).rejects.toBe(UNREACHABLE)
    expect(next.sent).toBe(1)
  })

  it('does not repeat what another try cannot change: an answer, a refusal, an answer that is too large', async ({
    expect,
  }) => {
    for (const outcome of [
      reply(200),
      reply(500),
      reply(404),
      new TransportError('SUBGRAPH_ERROR', 'large'),
    ]) {
      const next = scripted(outcome)
      await retrying(next)(call()).catch(() => undefined)
      expect(next.sent).toBe(1)
    }
  })

  it('spends no more than its budget: 10 at once, then one in five', async ({ expect }) => {
    const next = scripted(UNREACHABLE)
    const send = retrying(next, { budget: new Budget(20, 10) })
    for (let i = 0; i < 200; i++) await send(call()).catch(() => undefined)
    expect(next.sent - 200).toBeGreaterThanOrEqual(40)
    expect(next.sent - 200).toBeLessThanOrEqual(50)
  })

  it('does not wait past the deadline, nor for a Retry-After that is longer', async ({ expect }) => {
    const next = scripted(reply(503, { 'retry-after': '3600' }))
    expect((await retrying(next)(call())).status).toBe(503)
    expect(next.sent).toBe(1)
  })
})

describe('breakCircuit', () => {
  const options = { name: 'users', failurePercent: 50, windowCalls: 10, minCalls: 4, openMs: 30 }

  it('opens when too many calls fail, lets one try, and closes when that succeeds', async ({ expect }) => {
    vi.useFakeTimers({ toFake: ['Date'] })
    try {
      let isDown = true
      let sent = 0
      const breaker = breakCircuit(() => {
        sent += 1
        return isDown ? Promise.reject(UNREACHABLE) : Promise.resolve(reply())
      }, options)
      for (let i = 0; i < 20; i++) await breaker.send(call()).catch(() => undefined)
      expect([sent, breaker.isOpen]).toEqual([4, true])
      await expect(breaker.send(call())).rejects.toMatchObject({
        code: 'SUBGRAPH_UNAVAILABLE',
        unanswered: false,
      })
      isDown = false
      vi.advanceTimersByTime(31)
      expect((await breaker.send(call())).status).toBe(200)
      expect(breaker.isOpen).toBe(false)
    } finally {
      vi.useRealTimers()
    }
  })

  it('refuses the others while one tries', async ({ expect }) => {
    vi.useFakeTimers({ toFake: ['Date'] })
    try {
      const { sent, send } = held()
      const breaker = breakCircuit(send, options)
      const failing = [1, 2, 3, 4].map(() => breaker.send(call()).catch(() => undefined))
      for (const one of sent) one.fail(UNREACHABLE)
      await Promise.all(failing)
      vi.advanceTimersByTime(31)
      const trying = breaker.send(call())
      await expect(breaker.send(call())).rejects.toMatchObject({ code: 'SUBGRAPH_UNAVAILABLE' })
      sent[4]?.answer(reply())
      expect((await trying).status).toBe(200)
      expect(sent.length).toBe(5)
    } finally {
      vi.useRealTimers()
    }
  })

  it('counts HTTP 5xx and hands the answer on', async ({ expect }) => {
    const breaker = breakCircuit(scripted(reply(500)), options)
    for (let i = 0; i < 4; i++) expect((await breaker.send(call())).status).toBe(500)
    expect(breaker.isOpen).toBe(true)
  })

  it('does not count callers that left', async ({ expect }) => {
    const controller = new AbortController()
    controller.abort(new Error('left'))
    const breaker = breakCircuit(scripted(new Error('left')), options)
    const left = call({ signal: controller.signal })
    for (let i = 0; i < 20; i++) await expect(breaker.send(left)).rejects.toThrow('left')
    expect(breaker.isOpen).toBe(false)
  })
})

describe('hedge', () => {
  function hedging(send: Send, usualMs: number | undefined, budget = new Budget(100, 1)) {
    let hedges = 0
    const latency = { valueMs: usualMs, record: () => undefined }
    const hedged = hedge(send, { latency, minDelayMs: 0, budget, onHedge: () => (hedges += 1) })
    return { hedged, hedges: () => hedges }
  }

  it('sends a slow query again and takes the first answer, ending the other', async ({ expect }) => {
    const { sent, send } = held()
    const { hedged } = hedging(send, 1)
    const one = call()
    const asked = hedged(one)
    await vi.waitFor(() => expect(sent.length).toBe(2))
    sent[1]?.answer(reply(201))
    expect((await asked).status).toBe(201)
    expect(sent[0]?.call.signal.aborted).toBe(true)
    expect(one.notes.isHedged).toBe(true)
  })

  it('takes the answer that came although the other failed', async ({ expect }) => {
    const { sent, send } = held()
    const asked = hedging(send, 1).hedged(call())
    await vi.waitFor(() => expect(sent.length).toBe(2))
    sent[0]?.fail(UNREACHABLE)
    sent[1]?.answer(reply())
    expect((await asked).status).toBe(200)
  })

  it('fails at once when the only one sent fails, and when both did', async ({ expect }) => {
    await expect(hedging(scripted(UNREACHABLE), 60_000).hedged(call())).rejects.toBe(UNREACHABLE)
    await expect(hedging(scripted(UNREACHABLE), 0).hedged(call())).rejects.toBe(UNREACHABLE)
  })

  it('never sends a mutation twice, nor anything before there is a measure', async ({ expect }) => {
    const next = scripted(reply())
    await hedging(next, 0).hedged(call(MUTATION))
    await hedging(next, undefined).hedged(call())
    expect(next.sent).toBe(2)
  })

  it('stays within its share', async ({ expect }) => {
    const slow: Send = () => new Promise((resolve) => setTimeout(() => resolve(reply()), 8))
    const { hedged, hedges } = hedging(slow, 1, new Budget(5, 1))
    await Promise.all(Array.from({ length: 100 }, () => hedged(call())))
    expect(hedges()).toBeGreaterThanOrEqual(1)
    expect(hedges()).toBeLessThanOrEqual(6)
  })

  it('ends both when the caller leaves', async ({ expect }) => {
    const { sent, send } = held()
    const controller = new AbortController()
    const asked = hedging(send, 1).hedged(call({ signal: controller.signal }))
    await vi.waitFor(() => expect(sent.length).toBe(2))
    controller.abort(new Error('left'))
    await expect(asked).rejects.toThrow('left')
    expect(sent.every((one) => one.call.signal.aborted)).toBe(true)
  })
})

describe('LatencyWindow', () => {
  it('knows the percentile of the last durations, within the histogram’s 1 %', ({ expect }) => {
    const window = new LatencyWindow(95)
    for (let i = 1; i <= 99; i++) window.record(i)
    expect(window.valueMs).toBeUndefined()
    for (let round = 0; round < 9; round++) for (let i = 1; i <= 100; i++) window.record(i)
    expect(Math.abs((window.valueMs ?? 0) - 95)).toBeLessThan(2)
    for (let i = 0; i < 2_000; i++) window.record(7)
    expect(Math.abs((window.valueMs ?? 0) - 7)).toBeLessThan(0.2)
  })
})

describe('deduplicate', () => {
  it('[P-129] lets equal queries share one request, and no others', async ({ expect }) => {
    const { sent, send } = held()
    let shared = 0
    const one = deduplicate(send, () => (shared += 1))
    const identity = (key: string) => ['authorization', key]
    const asked = [
      one(call({ headers: identity('a') })),
      one(call({ headers: identity('a') })),
      one(call({ headers: identity('b') })),
      one(call({ headers: [] })),
      one(call({ headers: identity('a'), body: '{"other":1}' })),
      one(call({ ...MUTATION, headers: identity('a') })),
      one(call({ ...MUTATION, headers: identity('a') })),
    ]
    expect([sent.length, shared]).toEqual([6, 1])
    for (const [index, each] of sent.entries()) each.answer(reply(200 + index))
    expect((await Promise.all(asked)).map(({ status }) => status)).toEqual([
      200, 200, 201, 202, 203, 204, 205,
    ])
    void one(call({ headers: identity('a') }))
    expect(sent.length).toBe(7)
  })

  it('lets what follows a mutation join nothing older, and be joined itself', async ({ expect }) => {
    const { sent, send } = held()
    const one = deduplicate(send, () => undefined)
    const old = one(call())
    const fresh = one(call({ isFresh: true }))
    const joining = one(call())
    expect(sent.length).toBe(2)
    sent[0]?.answer(reply(200))
    sent[1]?.answer(reply(201))
    expect((await Promise.all([old, fresh, joining])).map(({ status }) => status)).toEqual([200, 201, 201])
  })

  it('goes on for those who wait when one leaves, and ends when all left', async ({ expect }) => {
    const { sent, send } = held()
    const one = deduplicate(send, () => undefined)
    const [first, second] = [new AbortController(), new AbortController()]
    const a = one(call({ signal: first.signal }))
    const b = one(call({ signal: second.signal }))
    first.abort(new Error('left'))
    await expect(a).rejects.toThrow('left')
    expect(sent[0]?.call.signal.aborted).toBe(false)
    const c = one(call())
    second.abort(new Error('left too'))
    await expect(b).rejects.toThrow('left too')
    sent[0]?.answer(reply())
    expect((await c).status).toBe(200)

    const third = new AbortController()
    const d = one(call({ signal: third.signal }))
    third.abort(new Error('gone'))
    await expect(d).rejects.toThrow('gone')
    expect(sent[1]?.call.signal.aborted).toBe(true)
    void one(call())
    expect(sent.length).toBe(3)
  })

  it('tells everybody who waits when the request fails', async ({ expect }) => {
    const { sent, send } = held()
    const one = deduplicate(send, () => undefined)
    const both = Promise.allSettled([one(call()), one(call())])
    sent[0]?.fail(UNREACHABLE)
    expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  })
})

describe('boundWaiting', () => {
  it('refuses what is over the bound with OVERLOADED, and counts what ended out', async ({ expect }) => {
    const { sent, send } = held()
    const one = boundWaiting(send, { name: 'users', most: 2 })
    const first = one(call())
    void one(call())
    await expect(one(call())).rejects.toMatchObject({ code: 'OVERLOADED' })
    sent[0]?.answer(reply())
    await first
    void one(call())
    expect(sent.length).toBe(3)
  })
})
