import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { describe, it, vi } from 'vitest'
import { decide } from '../../src/decide.js'
import { openHouse } from '../../src/main.js'
import { openDecisionLog } from '../../src/opa-log/upload.js'
import type { UploadOptions } from '../../src/opa-log/upload.js'
import { AGENT, bash, ON, openTestEngine, scopeFor } from '../house.js'
import { decisionOf } from './decision.js'

const SOON = { timeout: 10_000, interval: 5 }
const LABELS = { app: 'lighthouse', id: 'i', version: '1' }

type Manner = 'well' | 'fails' | 'hangs' | 'breaks off'

/** A receiver at the process edge, on one port also after it was down. */
async function openReceiver() {
  const posts: { path: string; headers: IncomingMessage['headers']; bytes: number; ids: string[] }[] = []
  let manner: Manner = 'well'
  const take = (request: IncomingMessage, response: ServerResponse): void => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      if (manner === 'hangs') return
      if (manner === 'breaks off') return void request.socket.destroy()
      if (manner === 'fails') return void response.writeHead(500).end('no')
      const body = Buffer.concat(parts)
      const events = JSON.parse(gunzipSync(body).toString()) as { decision_id: string }[]
      const ids = events.map((event) => event.decision_id)
      posts.push({ path: request.url ?? '', headers: request.headers, bytes: body.length, ids })
      response.end()
    })
  }
  const listen = async (port: number) => {
    const server = createServer(take)
    await new Promise<void>((listening) => server.listen(port, '127.0.0.1', listening))
    return server
  }
  let server = await listen(0)
  const { port } = server.address() as AddressInfo
  const down = () =>
    new Promise<void>((closed) => {
      server.close(() => closed())
      server.closeAllConnections()
    })
  return {
    url: `http://127.0.0.1:${port}`,
    posts,
    ids: () => posts.flatMap(({ ids }) => ids),
    behave: (how: Manner) => void (manner = how),
    down,
    async up() {
      server = await listen(port)
    },
    [Symbol.asyncDispose]: down,
  }
}

const quick = (url: string, more: Partial<UploadOptions> = {}) =>
  openDecisionLog({ url, labels: LABELS, delayMs: 5, retryMs: 5, maxRetryMs: 40, timeoutMs: 10_000, ...more })
const idsTo = (count: number, from = 0) => Array.from({ length: count }, (_, n) => `dec_${from + n}`)

describe('the upload of decisions', () => {
  it('posts gzip of a JSON array to /logs, with the partition and the token that are configured', async ({
    expect,
  }) => {
    await using receiver = await openReceiver()
    await using log = quick(`${receiver.url}/opa/`, { partition: 'a b', token: 't' })
    log.add(decisionOf())
    await vi.waitFor(() => expect(log.counts.sent).toBe(1), SOON)
    expect(receiver.posts[0]).toMatchObject({
      path: '/opa/logs/a%20b',
      ids: ['dec_0'],
      headers: {
        'content-type': 'application/json',
        'content-encoding': 'gzip',
        authorization: 'Bearer t',
      },
    })
    expect(log.counts).toEqual({ sent: 1, dropped: 0, failed: 0 })
  })

  it('keeps each upload below its limit, and loses none of 5,000 decisions', async ({ expect }) => {
    await using receiver = await openReceiver()
    await using log = quick(receiver.url, { maxUploadBytes: 8_192 })
    for (const n of Array.from({ length: 5_000 }).keys()) log.add(decisionOf({ subject: `ls ${n ** 3}` }, n))
    await vi.waitFor(() => expect(log.counts.sent).toBe(5_000), SOON)
    expect(receiver.ids()).toEqual(idsTo(5_000))
    expect(Math.max(...receiver.posts.map(({ bytes }) => bytes))).toBeLessThanOrEqual(8_192)
    expect(log.counts.dropped).toBe(0)
  })

  it.each<Manner>(['fails', 'hangs', 'breaks off'])(
    'loses nothing when the receiver %s and then takes it',
    async (manner) => {
      await using receiver = await openReceiver()
      await using log = quick(receiver.url, manner === 'hangs' ? { timeoutMs: 200 } : {})
      receiver.behave(manner)
      for (const n of Array.from({ length: 50 }).keys()) log.add(decisionOf({}, n))
      await vi.waitFor(() => {
        if (log.counts.failed < 2) throw new Error('not tried again')
      }, SOON)
      receiver.behave('well')
      for (const n of Array.from({ length: 50 }).keys()) log.add(decisionOf({}, 50 + n))
      await vi.waitFor(() => {
        if (log.counts.sent !== 100) throw new Error(JSON.stringify(log.counts))
      }, SOON)
      // What a receiver took too late to say so comes again: its id tells.
      if ([...new Set(receiver.ids())].join() !== idsTo(100).join() || log.counts.dropped !== 0)
        throw new Error(receiver.ids().join())
    },
  )

  it('drops the oldest beyond its bound while the receiver is down, counts them, and sends the rest', async ({
    expect,
  }) => {
    await using receiver = await openReceiver()
    await receiver.down()
    await using log = quick(receiver.url, { maxWaiting: 100 })
    for (const n of Array.from({ length: 250 }).keys()) log.add(decisionOf({}, n))
    await vi.waitFor(() => expect(log.counts.failed).toBeGreaterThan(1), SOON)
    expect([log.waiting, log.counts.dropped]).toEqual([100, 150])
    await receiver.up()
    await vi.waitFor(() => expect(log.counts.sent).toBe(100), SOON)
    expect(receiver.ids()).toEqual(idsTo(100, 150))
    expect(log.counted.map(({ name, read }) => [name, read()])).toEqual([
      ['lighthouse_decision_log_events_total', { sent: 100, dropped: 150 }],
      ['lighthouse_decision_log_uploads_failed_total', { '': log.counts.failed }],
    ])
  })

  it('counts what it drops while an upload is under way once, and as sent when it arrives', async ({
    expect,
  }) => {
    await using receiver = await openReceiver()
    await using log = quick(receiver.url, { maxWaiting: 10 })
    for (const n of Array.from({ length: 10 }).keys()) log.add(decisionOf({}, n))
    // All of these come before the first upload has ended.
    await vi.waitFor(() => expect(log.waiting).toBe(10), SOON)
    for (const n of Array.from({ length: 15 }).keys()) log.add(decisionOf({}, 10 + n))
    await vi.waitFor(() => expect(log.waiting).toBe(0), SOON)
    const { sent, dropped } = log.counts
    expect(sent + dropped).toBe(25)
    expect(new Set(receiver.ids()).size).toBe(sent)
  })

  it('drops what is too large for any upload, and goes on with what follows', async ({ expect }) => {
    await using receiver = await openReceiver()
    await using log = quick(receiver.url, { maxUploadBytes: 700 })
    const noise = Array.from({ length: 900 }, (_, n) => String.fromCharCode(97 + ((n * n * 7) % 26))).join('')
    const random = [...noise].map((letter, n) => `${letter}${(n * 7919) % 97}`).join('')
    log.add(decisionOf({}, 0))
    log.add(decisionOf({ subject: random }, 1))
    log.add(decisionOf({}, 2))
    await vi.waitFor(() => expect(log.waiting).toBe(0), SOON)
    expect(receiver.ids()).toEqual(['dec_0', 'dec_2'])
    expect(log.counts).toMatchObject({ sent: 2, dropped: 1 })
  })

  it('sends what waits when it is closed, and counts what it cannot', async ({ expect }) => {
    await using receiver = await openReceiver()
    const log = quick(receiver.url, { delayMs: 60_000 })
    log.add(decisionOf())
    await log[Symbol.asyncDispose]()
    expect(receiver.ids()).toEqual(['dec_0'])
    log.add(decisionOf({}, 1))
    await receiver.down()
    const lost = quick(receiver.url, { delayMs: 60_000 })
    lost.add(decisionOf())
    await lost[Symbol.asyncDispose]()
    expect([log.counts.dropped, lost.counts.dropped, lost.waiting]).toEqual([1, 1, 0])
  })

  it('is told of every decision that is given', async ({ expect }) => {
    await using engine = await openTestEngine()
    await using receiver = await openReceiver()
    await using log = quick(receiver.url)
    const house = openHouse({ engine, flags: ON, decisionLog: log })
    const ask = (command: string) =>
      decide({ call: bash(command), principal: AGENT, requestId: undefined }, scopeFor(), house)
    const given = [await ask('ls'), await ask('ls'), await ask('rm -rf /')]
    await vi.waitFor(() => expect(log.counts.sent).toBe(3), SOON)
    expect(receiver.ids()).toEqual(given.map(({ id }) => id))
  })

  it('refuses an address that is none', ({ expect }) => {
    expect(() => quick('ftp://x')).toThrow(/LIGHTHOUSE_DECISION_LOG_URL/)
  })
})
