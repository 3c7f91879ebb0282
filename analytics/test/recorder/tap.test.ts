import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { StopRow } from '@lighthouse/contract/operation-row'
import { afterEach, beforeEach, describe, it } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { LivePublisher } from '../../src/live/publish.js'
import { createTap, type Tap } from '../../src/live/tap.js'
import { LiveWindow } from '../../src/live/window.js'
import { createRecorder, type Recorder } from '../../src/recorder/record.js'
import { eventually } from '../process.js'
import { operationRow, tierRow } from '../rows.js'

const SECRET = 'tap secret'

/** Analytics' end of the tap, and what it took. */
interface Analytics {
  readonly url: string
  readonly port: number
  readonly window: LiveWindow
  readonly stops: StopRow[]
  end(): Promise<void>
}

async function analytics(port = 0): Promise<Analytics> {
  const window = new LiveWindow({ windowMs: 60_000 })
  const stops: StopRow[] = []
  const publisher = new LivePublisher({ window })
  const tap: Tap = createTap({ window, publisher, secret: SECRET, noteStop: (row) => stops.push(row) })
  const server = createServer()
  server.on('upgrade', (request, socket, head) => tap.upgrade(request, socket, head))
  const at = await listening(server, port)
  return {
    url: `ws://127.0.0.1:${at}/tap`,
    port: at,
    window,
    stops,
    async end() {
      tap.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function listening(server: Server, port = 0): Promise<number> {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return (server.address() as AddressInfo).port
}

function recorder(tapUrl: string, tapSecret = SECRET): Recorder {
  const nowhere = 'http://127.0.0.1:1'
  return createRecorder({ url: nowhere, user: 'u', password: 'p', source: 'test', tapUrl, tapSecret })
}

let one: Analytics
beforeEach(async () => {
  one = await analytics()
})
afterEach(() => one.end())

const namesOf = ({ window }: Analytics) =>
  window.read(Date.now()).operations.map(({ name, count, errors }) => [name, count, errors])

describe('the tap', () => {
  it('brings what happened since the last frame, and nothing when nothing happened', async ({ expect }) => {
    await using recording = recorder(one.url)
    recording.operation(operationRow({ operation: 'A', duration_us: 1_000 }))
    await eventually(
      async () => namesOf(one),
      (names) => names.length === 1,
    )
    const { framesSent } = recording.counters()
    expect(framesSent).toBe(1)
    await new Promise((resolve) => setTimeout(resolve, 250))
    expect(recording.counters().framesSent).toBe(1)

    recording.operation(operationRow({ operation: 'A', status: 'timeout', duration_us: 9_000 }))
    recording.operation(operationRow({ operation: '', status: 'cancelled' }))
    recording.tier(tierRow({ outcome: 'HIT' }))
    recording.tier(tierRow({ outcome: 'SKIPPED' }))
    await eventually(
      async () => namesOf(one),
      (names) => names.length === 2,
    )
    expect(namesOf(one)).toEqual([
      ['A', 2, 1],
      ['anonymous', 1, 0],
    ])
    const { operations, tiers } = one.window.read(Date.now())
    expect(operations[0]?.p50Ms).toBeCloseTo(1, 1)
    expect(operations[0]?.p99Ms).toBeCloseTo(9, 0)
    expect(tiers).toEqual([{ tier: 'MEMORY', hits: 1, misses: 0, hitRatio: 1 }])
  })

  it('names the traces that are walked, and their stop is noted', async ({ expect }) => {
    await using recording = recorder(one.url)
    const trace_id = 'd'.repeat(32)
    const start_us = Date.now() * 1_000
    recording.stop({ ts: 1, trace_id, stop: 'record', process: 'gateway', start_us, duration_us: 3 })
    recording.operation(operationRow({ trace_id }))
    const [stop] = await eventually(
      async () => one.stops,
      (stops) => stops.length > 0,
    )
    expect(stop).toMatchObject({ trace_id, stop: 'tap', process: 'analytics' })
  })

  it('refuses recorders without the secret, and their frames are lost after a second, and counted', async ({
    expect,
  }) => {
    await using recording = recorder(one.url, 'another')
    recording.operation(operationRow())
    const { framesLost, framesSent, framesMerged } = await eventually(
      async () => recording.counters(),
      (counters) => counters.framesLost > 0,
    )
    expect([framesLost, framesSent]).toEqual([1, 0])
    expect(framesMerged).toBeGreaterThanOrEqual(9)
    expect(namesOf(one)).toEqual([])
  })

  it('goes on when analytics went away and came again', async ({ expect }) => {
    await using recording = recorder(one.url)
    recording.operation(operationRow({ operation: 'Before' }))
    await eventually(
      async () => namesOf(one),
      (names) => names.length === 1,
    )
    const { port } = one
    await one.end()
    one = await analytics(port)
    recording.operation(operationRow({ operation: 'After' }))
    await eventually(
      async () => namesOf(one),
      (names) => names.length === 1,
    )
    expect(namesOf(one)).toEqual([['After', 1, 0]])
  })

  it('ends the connection of who sends anything but frames, or too much', async ({ expect }) => {
    for (const [message, code] of [
      ['{}', 1007],
      ['nothing', 1007],
      ['x'.repeat(3_000_000), 1009],
    ] as const) {
      const socket = new WebSocket(one.url, { headers: { authorization: `Bearer ${SECRET}` } })
      socket.on('error', () => undefined)
      await once(socket, 'open')
      socket.send(message)
      const [closed] = (await once(socket, 'close')) as [number]
      expect(closed).toBe(code)
    }
  })

  it('sends ten frames ahead of what was acknowledged; the rest are merged, and given up after a second', async ({
    expect,
  }) => {
    const server = createServer()
    using silent = disposable(new WebSocketServer({ server }))
    const arrived: string[] = []
    silent.on('connection', (socket) => socket.on('message', (data) => arrived.push(String(data))))
    const port = await listening(server)
    await using recording = recorder(`ws://127.0.0.1:${port}/tap`)
    const busy = setInterval(() => recording.operation(operationRow()), 20)
    const { framesSent } = await eventually(
      async () => recording.counters(),
      ({ framesLost }) => framesLost > 0,
    )
    clearInterval(busy)
    expect([framesSent, arrived.length]).toEqual([10, 10])
    server.close()
  })
})

function disposable(server: WebSocketServer): WebSocketServer & Disposable {
  return Object.assign(server, {
    [Symbol.dispose]() {
      for (const client of server.clients) client.terminate()
      server.close()
    },
  })
}
