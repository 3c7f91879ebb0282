import { cachedTransport } from '@lighthouse/gateway/cache/cached-transport'
import { EntityCache } from '@lighthouse/gateway/cache/entity-cache'
import { Hints } from '@lighthouse/gateway/cache/hints'
import { cacheSection } from '@lighthouse/gateway/cache/settings'
import { httpTransport } from '@lighthouse/gateway/main'
import type { SubgraphRequest, SubgraphTransport } from '@lighthouse/contract/subgraph-request'
import { heavySupergraph } from './graph/subgraphs.js'
import { median, rounded } from './measure.js'
import type { Served } from './served.js'

export interface CacheReport {
  /** Milliseconds of one fetch of so many entities, one at a time; the medians of all. */
  readonly entities: number
  readonly withoutMs: number
  /** All of them had to be fetched, and were kept. */
  readonly missMs: number
  /** All of them were in memory. */
  readonly hitMs: number
}

/** As many as the graph has of them. */
const ENTITIES = 24
const QUERY = 'query($r:[_Any!]!){_entities(representations:$r){...on Review{id body}}}'

/** A fetch of entities from memory, and what looking for them costs where they are not. */
export async function cache(subgraphs: Served, rounds: number): Promise<CacheReport> {
  const name = 'reviews'
  const supergraphSdl = heavySupergraph(subgraphs.url)
  await using transport = httpTransport({ name, url: `${subgraphs.url}/${name}` })
  const settings = cacheSection.parse({ types: { Review: { ttlMs: 60_000 } } })
  const memory = new EntityCache({ maxBytes: 67_108_864 })
  const options = { cache: memory, settings, hints: new Hints(supergraphSdl), version: '1' }
  const cached = cachedTransport(transport, options)
  const times = { without: [] as number[], miss: [] as number[], hit: [] as number[] }
  for (let nth = 0; nth < rounds * 40; nth++) {
    times.without.push(await timed(transport))
    void memory.invalidate(['type Review'])
    // What is asked for in the millisecond of an invalidation is not kept.
    await new Promise((resolve) => setTimeout(resolve, 2))
    times.miss.push(await timed(cached))
    times.hit.push(await timed(cached))
  }
  const [withoutMs, missMs, hitMs] = [times.without, times.miss, times.hit].map((all) => rounded(median(all)))
  return { entities: ENTITIES, withoutMs: withoutMs ?? 0, missMs: missMs ?? 0, hitMs: hitMs ?? 0 }
}

async function timed(transport: SubgraphTransport): Promise<number> {
  const started = performance.now()
  const { data, errors } = await transport.request(request())
  const took = performance.now() - started
  const found = data?.['_entities']
  if (errors !== undefined || !Array.isArray(found) || found.length !== ENTITIES)
    throw new Error(`The fetch failed: ${JSON.stringify(errors)}`)
  return took
}

function request(): SubgraphRequest {
  const representations = Array.from({ length: ENTITIES }, (_, nth) => ({
    __typename: 'Review',
    id: `${nth + 1}`,
  }))
  return {
    query: QUERY,
    variables: { r: representations },
    principal: undefined,
    requestId: 'bench',
    traceId: '1'.repeat(32),
    deadlineAt: Date.now() + 10_000,
    signal: new AbortController().signal,
    noteStop: undefined,
  }
}
