import { describe, it } from 'vitest'
import { WATCH_EVENTS } from '../src/documents.js'
import { watch } from '../src/watch.js'
import { type FakeGraph, fakeGraph } from './fake-graph.js'

type Subscription = FakeGraph['subscriptions'][number]

const cursor = {
  of: (data: { eventStream: { sequence: number } }) => data.eventStream.sequence,
  resume: (variables: object, since: number) => ({ ...variables, since }),
}
const quick = { backoffMs: () => 0, wait: () => Promise.resolve() }

function send({ socket, id }: Subscription, sequence: number): void {
  socket.send(JSON.stringify({ type: 'next', id, payload: { data: { eventStream: { sequence } } } }))
}

/** A log of `last` events that sends what comes after `since`, and calls `after` when it did. */
function log(last: number, after: (subscription: Subscription) => void) {
  return (subscription: Subscription): void => {
    const since = Number(subscription.variables['since'] ?? 0)
    for (let sequence = since + 1; sequence <= last; sequence++) send(subscription, sequence)
    after(subscription)
  }
}

describe('watch', () => {
  it('[P-012] resumes after the last event that was read, without gap or repeat, when connections break', async ({
    expect,
  }) => {
    await using graph = await fakeGraph({
      onSubscribe(subscription) {
        const since = Number(subscription.variables['since'] ?? 0)
        for (let sequence = since + 1; sequence <= Math.min(since + 3, 10); sequence++)
          send(subscription, sequence)
        if (since + 3 >= 10)
          subscription.socket.send(JSON.stringify({ type: 'complete', id: subscription.id }))
        else subscription.socket.close(1012)
      },
    })
    const seen: number[] = []
    const events = watch(WATCH_EVENTS, { since: 0 }, { wsUrl: graph.wsUrl, key: 'k', cursor, ...quick })
    for await (const { eventStream } of events) seen.push(eventStream.sequence)
    expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    expect(graph.subscriptions.map(({ variables }) => variables['since'])).toEqual([0, 3, 6, 9])
    expect(graph.subscriptions[0]?.init).toEqual({ authorization: 'Bearer k' })
  })

  it('loses nothing when the reader is slower than its bound: the stream is dropped and resumed', async ({
    expect,
  }) => {
    const closed: (() => void)[] = []
    const dropped = new Promise<void>((resolve) => closed.push(resolve))
    await using graph = await fakeGraph({
      onSubscribe: log(2_500, ({ socket, id }) => {
        socket.on('close', () => closed[0]?.())
        socket.send(JSON.stringify({ type: 'complete', id }))
      }),
    })
    const seen: number[] = []
    for await (const { eventStream } of watch(
      WATCH_EVENTS,
      { since: 0 },
      { wsUrl: graph.wsUrl, key: undefined, cursor, ...quick },
    )) {
      await dropped
      seen.push(eventStream.sequence)
    }
    expect(seen).toEqual(Array.from({ length: 2_500 }, (_, i) => i + 1))
    expect(graph.subscriptions.length).toBeGreaterThan(1)
  })

  it('rejects at once when the key is refused, and does not try again', async ({ expect }) => {
    let tries = 0
    await using graph = await fakeGraph({
      onInit(socket) {
        tries++
        socket.close(4401, 'Unauthorized')
        return false
      },
    })
    const events = watch(WATCH_EVENTS, {}, { wsUrl: graph.wsUrl, key: 'bad', patient: true, ...quick })
    await expect(events.next()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
    expect(tries).toBe(1)
  })

  it('rejects with the code of a refused document', async ({ expect }) => {
    await using graph = await fakeGraph({
      onSubscribe({ socket, id }) {
        const payload = [{ message: 'unknown field', extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }]
        socket.send(JSON.stringify({ type: 'error', id, payload }))
      },
    })
    const events = watch(WATCH_EVENTS, {}, { wsUrl: graph.wsUrl, key: undefined, ...quick })
    await expect(events.next()).rejects.toMatchObject({ code: 'GRAPHQL_VALIDATION_FAILED' })
  })

  it('rejects with UNREACHABLE when nobody ever listened, unless it is told to be patient', async ({
    expect,
  }) => {
    const nowhere = { wsUrl: 'ws://127.0.0.1:1/graphql', key: undefined }
    await expect(watch(WATCH_EVENTS, {}, nowhere).next()).rejects.toMatchObject({ code: 'UNREACHABLE' })
    const stop = new AbortController()
    let waits = 0
    const wait = async () => {
      waits++
      if (waits === 3) stop.abort()
    }
    const patient = watch(WATCH_EVENTS, {}, { ...nowhere, patient: true, signal: stop.signal, wait })
    expect(await patient.next()).toEqual({ done: true, value: undefined })
    expect(waits).toBe(3)
  })

  it('ends when its signal aborts while it waits for an answer', async ({ expect }) => {
    const stop = new AbortController()
    await using graph = await fakeGraph({ onSubscribe: () => stop.abort() })
    const events = watch(WATCH_EVENTS, {}, { wsUrl: graph.wsUrl, key: undefined, signal: stop.signal })
    expect(await events.next()).toEqual({ done: true, value: undefined })
  })
})
