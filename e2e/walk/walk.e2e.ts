import { STOPS } from '@lighthouse/contract/stops'
import { createClient } from 'graphql-ws'
import { describe, it } from 'vitest'
import { WebSocket } from 'ws'
import { bash, eventually, startWorld, VALIDATE, type Validated } from '../world.js'

interface Walk {
  readonly walk: {
    readonly operation: string
    readonly stops: readonly { stop: string; process: string; startMs: number; durationMs: number }[]
  } | null
}

describe('the walk of a request', () => {
  it('[P-135] records every stop of contract/stops, in its order, for one mutation', async ({ expect }) => {
    await using world = await startWorld()
    const client = createClient({
      url: world.ready.ws,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${world.credentials.adminKey}` },
    })
    const frames = client.iterate<{ liveMetrics: { traces: string[] } }>({
      query: 'subscription L { liveMetrics(intervalMs: 100) { at traces } }',
    })
    await frames.next()
    // Rules cannot tell for this one, so that every tier is asked.
    const traceId = 'c0ffee'.padEnd(32, '1')
    const { body } = await world.ask<Validated>(VALIDATE, {
      variables: bash('git push --force origin main'),
      headers: {
        'x-lighthouse-walk': '1',
        'x-lighthouse-submitted-at': String(Date.now()),
        traceparent: `00-${traceId}-${'ab'.repeat(8)}-01`,
      },
    })
    expect(body.errors).toBeUndefined()
    for await (const frame of frames) if (frame.data?.liveMetrics.traces.includes(traceId)) break
    const shown = await world.ask(
      'mutation ReportShown($input: [ShownInput!]!) { reportShown(input: $input) }',
      { variables: { input: [{ traceId, shownAt: new Date().toISOString() }] } },
    )
    expect(shown.body.errors).toBeUndefined()
    await client.dispose()

    let seen: readonly string[] = []
    const walk = await eventually(
      async () => {
        const answer = await world.ask<Walk>(
          'query W($id: ID!) { walk(traceId: $id) { operation stops { stop process startMs durationMs } } }',
          { variables: { id: traceId } },
        )
        seen = answer.body.data?.walk?.stops.map((entry) => entry.stop) ?? []
        return STOPS.every((stop) => seen.includes(stop)) ? answer.body.data?.walk : undefined
      },
      { withinMs: 10_000 },
    ).catch((error: unknown) => {
      throw new Error(`recorded so far: ${seen.join(' → ')}`, { cause: error })
    })
    expect(walk?.operation).toBe('V')
    expect(walk?.stops.map((entry) => entry.stop)).toEqual([...STOPS])
  })
})
