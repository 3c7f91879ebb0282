import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { STOPS } from '@lighthouse/contract/stops'
import { describe, it } from 'vitest'
import { bash, eventually, startWorld, subscriber, VALIDATE, type Validated } from '../world.js'

interface Walk {
  readonly walk: {
    readonly operation: string
    readonly stops: readonly { stop: string; process: string; startMs: number; durationMs: number }[]
  } | null
}

/** A collector that keeps what it is sent. */
async function startCollector() {
  const bodies: Buffer[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      bodies.push(Buffer.concat(chunks))
      response.end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    bodies,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** How protobuf writes the length of a short text before it; a span's name is its field 5. */
const lengthOf = (text: string) => String.fromCharCode(text.length)

describe('the walk of a request', () => {
  it('[P-135] records every stop of contract/stops, in its order, for one mutation', async ({ expect }) => {
    await using collector = await startCollector()
    await using world = await startWorld({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url } })
    const client = subscriber(world, world.credentials.adminKey)
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

    // The same decision, tier by tier, as spans: names and ids stand in the bytes as they are.
    const spans = ['fetch validation', 'fingerprint', 'memory', 'policy', 'pattern', 'expert', 'append']
    await eventually(() => {
      const sent = collector.bodies.filter((bytes) => bytes.includes(Buffer.from(traceId, 'hex')))
      const told = (name: string) => sent.some((bytes) => bytes.includes(`\x2a${lengthOf(name)}${name}`))
      return Promise.resolve(spans.every(told) ? sent : undefined)
    })
  })
})
