import type {
  FetchNotes,
  KeptAnswer,
  SubgraphAnswer,
  SubgraphRequest,
  SubgraphTransport,
} from '@lighthouse/contract/subgraph-request'
import { LRUCache } from 'lru-cache'
import { exactText, parseExact } from '../exact-json.js'
import { emptyNotes } from '../fetch/http-transport.js'
import { isFields } from '../fetch/merge.js'
import { type CachedLookup, type CachedQuery, hashed, readQuery } from './cached-query.js'
import { limitedBy } from './cache-control.js'
import { type Kept, keptFor } from './cache-rules.js'
import { callerKey } from './caller-key.js'
import type { CacheEntry, EntityCache, Found } from './entity-cache.js'
import { entityTags } from './entity-tags.js'
import { least } from './freshness.js'
import type { Hints } from './hints.js'
import type { CacheSettings } from './settings.js'

export interface CachedTransportOptions {
  readonly cache: EntityCache
  readonly settings: CacheSettings
  readonly hints: Hints
  /** Part of every key: what one supergraph gave is not served by another. */
  readonly version: string
  readonly now?: () => number
}

/** Texts of fetches that were read; plans use the same few again and again. */
const MAX_QUERIES = 2_000

/**
 * A transport that answers queries from a cache as far as it can, and asks the subgraph for the rest: of a lookup only the
 * entities that are missing. What it answers is what the subgraph answered to the same question of a caller who is told
 * the same things. Answers with errors and entities that were not found are not kept.
 */
export function cachedTransport(
  transport: SubgraphTransport,
  options: CachedTransportOptions,
): SubgraphTransport {
  const queries = new LRUCache<string, { readonly query: CachedQuery | undefined }>({ max: MAX_QUERIES })
  const read = (text: string) => {
    let known = queries.get(text)
    if (known === undefined) queries.set(text, (known = { query: readQuery(text) }))
    return known.query
  }
  return {
    name: transport.name,
    url: transport.url,
    forwards: transport.forwards,
    subscribe: (request) => transport.subscribe(request),
    ...(transport.identityOf === undefined
      ? {}
      : { identityOf: (request) => transport.identityOf?.(request) ?? '' }),
    request(request) {
      const query = read(request.query)
      if (query === undefined) return transport.request(request)
      const notes = request.notes ?? emptyNotes()
      const asking: Asking = {
        transport,
        request,
        query,
        notes,
        options,
        askedAt: (options.now ?? Date.now)(),
      }
      return query.lookups.length === 0 ? askRoot(asking) : askEntities(asking)
    },
  }
}

interface Asking {
  readonly transport: SubgraphTransport
  readonly request: SubgraphRequest
  readonly query: CachedQuery
  readonly notes: FetchNotes
  readonly options: CachedTransportOptions
  readonly askedAt: number
}

async function askRoot(asking: Asking): Promise<SubgraphAnswer> {
  const { transport, request, query, notes, options } = asking
  const { cache, settings, hints } = options
  const kept = keptFor(transport.name, hints.queryType, query.root, { settings, hints, query })
  if (kept === undefined) return transport.request(request)
  const key = keyOf(asking, kept, [hints.queryType, query.hash])
  const [found] = await lookedUp(asking, [key])
  if (found !== undefined) {
    notes.cacheTier = found.tier
    notes.kept = keptOf(asking, found.entry, kept)
    return { data: parseExact(found.entry.text) as Record<string, unknown> }
  }
  const answer = await transport.request(request)
  const entry = entryOf(asking, kept, answer, { data: answer.data })
  notes.kept = undefined
  if (entry === undefined) return answer
  notes.kept = keptOf(asking, entry, kept)
  cache.setMany([[key, entry]])
  return answer
}

/** What is kept under the keys; nothing for an operation that has changed something, whose answers replace it. */
async function lookedUp(
  { request, options }: Asking,
  keys: readonly string[],
): Promise<readonly (Found | undefined)[]> {
  return request.isFresh === true ? [] : options.cache.getMany(keys)
}

/** One entity that a lookup asks for. */
interface Wanted {
  readonly lookup: CachedLookup
  readonly representation: Readonly<Record<string, unknown>>
  /** Undefined for what is never cached. */
  readonly kept: Kept | undefined
  readonly key: string
}

async function askEntities(asking: Asking): Promise<SubgraphAnswer> {
  const { transport, request, query, notes } = asking
  const wanted = query.lookups.flatMap((lookup) => wantedOf(lookup, asking))
  const cached = wanted.filter(({ kept }) => kept !== undefined)
  if (cached.length === 0) return transport.request(request)
  const texts = await lookedUp(
    asking,
    cached.map(({ key }) => key),
  )
  const found = new Map<Wanted, Found>()
  for (const [at, one] of cached.entries()) {
    const text = texts[at]
    if (text !== undefined) found.set(one, text)
  }
  const missing = wanted.filter((one) => !found.has(one))
  notes.cacheTier = tierOf([...found.values()], missing.length)
  const entries = new Map([...found].map(([one, { entry }]) => [one, entry] as const))
  if (missing.length === 0) {
    notes.kept = keptOfAll(asking, wanted, entries)
    return { data: assembled(query, wanted, (one) => parsed(found.get(one))) }
  }
  const answer = await transport.request(found.size === 0 ? request : narrowed(request, query, missing))
  for (const [one, entry] of keep(asking, missing, answer)) entries.set(one, entry)
  notes.kept = keptOfAll(asking, wanted, entries)
  return found.size === 0 ? answer : joined(asking, wanted, found, answer)
}

function wantedOf(lookup: CachedLookup, asking: Asking): Wanted[] {
  const { transport, request, query } = asking
  const { settings, hints } = asking.options
  const representations = request.variables[lookup.variable]
  if (!Array.isArray(representations)) return []
  const rules = new Map<string, { kept: Kept | undefined; prefix: string }>()
  return representations.filter(isFields).map((representation) => {
    const type = String(representation['__typename'])
    let rule = rules.get(type)
    if (rule === undefined) {
      const kept = keptFor(transport.name, type, lookup.selection, { settings, hints, query })
      rule = { kept, prefix: kept === undefined ? '' : keyOf(asking, kept, [type, lookup.hash]) }
      rules.set(type, rule)
    }
    return {
      lookup,
      representation,
      kept: rule.kept,
      key: `${rule.prefix} ${exactText(representation)}`,
    }
  })
}

function tierOf(found: readonly Found[], missing: number): FetchNotes['cacheTier'] {
  if (found.length === 0) return 'none'
  if (missing > 0) return 'partial'
  return found.every(({ tier }) => tier === 'memory') ? 'memory' : 'redis'
}

/** The same request for some of its entities. A lookup of which none is missing asks for an empty list. */
function narrowed(request: SubgraphRequest, query: CachedQuery, missing: readonly Wanted[]): SubgraphRequest {
  const variables: Record<string, unknown> = { ...request.variables }
  for (const lookup of query.lookups) {
    variables[lookup.variable] = missing
      .filter((one) => one.lookup === lookup)
      .map((one) => one.representation)
  }
  // Its own text asks for all of them.
  const body = exactText({ query: request.query, variables })
  return { ...request, signal: request.signal, variables, body }
}

/** Keeps what may be, and tells what that was. */
function keep(asking: Asking, missing: readonly Wanted[], answer: SubgraphAnswer): Map<Wanted, CacheEntry> {
  const { cache, hints } = asking.options
  const entities = byWanted(missing, answer)
  const entries = missing.flatMap((one) => {
    const entity = entities.get(one)
    if (one.kept === undefined || !isFields(entity)) return []
    const tags = entityTags(one.representation, (type) => hints.keysOf(type))
    const entry = entryOf(asking, one.kept, answer, { data: entity, tags })
    return entry === undefined ? [] : [[one, entry] as const]
  })
  cache.setMany(entries.map(([{ key }, entry]) => [key, entry] as const))
  return new Map(entries)
}

/** Who keeps no whole answers needs no tags of them. */
function keptOf({ options }: Asking, { askedAt, ttlMs, tags }: CacheEntry, { isPrivate }: Kept): KeptAnswer {
  return { askedAt, untilAt: askedAt + ttlMs, isPrivate, tags: options.settings.responses ? tags : [] }
}

/** Undefined unless every entity of the fetch may be kept. */
function keptOfAll(
  asking: Asking,
  wanted: readonly Wanted[],
  entries: ReadonlyMap<Wanted, CacheEntry>,
): KeptAnswer | undefined {
  const all: KeptAnswer[] = []
  for (const one of wanted) {
    const entry = entries.get(one)
    if (entry === undefined || one.kept === undefined) return undefined
    all.push(keptOf(asking, entry, one.kept))
  }
  return least(all)
}

/** What the subgraph gave for each entity that it was asked for, in the order of each lookup. */
function byWanted(missing: readonly Wanted[], { data }: SubgraphAnswer): Map<Wanted, unknown> {
  const entities = new Map<Wanted, unknown>()
  const nth = new Map<CachedLookup, number>()
  for (const one of missing) {
    const at = nth.get(one.lookup) ?? 0
    nth.set(one.lookup, at + 1)
    const list = data?.[one.lookup.alias]
    if (Array.isArray(list)) entities.set(one, list[at])
  }
  return entities
}

/** Undefined for what must not be kept: anything with errors, and what the subgraph said is not to be stored. */
function entryOf(
  { notes, askedAt }: Asking,
  kept: Kept,
  { errors = [] }: SubgraphAnswer,
  { data, tags = [] }: { readonly data: unknown; readonly tags?: readonly string[] },
): CacheEntry | undefined {
  if (!isFields(data) || errors.length > 0) return undefined
  const ttlMs = limitedBy(notes.cacheControl, kept)
  if (ttlMs <= 0) return undefined
  return { text: exactText(data) ?? '', askedAt, ttlMs, tags: [...kept.tags, ...tags] }
}

/** The answer as if the subgraph had been asked for everything: in errors, indices are those of the whole list. */
function joined(
  { query }: Asking,
  wanted: readonly Wanted[],
  found: ReadonlyMap<Wanted, Found>,
  answer: SubgraphAnswer,
): SubgraphAnswer {
  const missing = wanted.filter((one) => !found.has(one))
  const entities = byWanted(missing, answer)
  const data = assembled(query, wanted, (one) =>
    found.has(one) ? parsed(found.get(one)) : entities.get(one),
  )
  if (answer.errors === undefined) return { ...answer, data }
  const errors = answer.errors.map((error) => {
    const [alias, index, ...rest] = error.path ?? []
    const lookup = query.lookups.find((one) => one.alias === alias)
    if (lookup === undefined || typeof index !== 'number') return error
    const asked = missing.filter((one) => one.lookup === lookup)[index]
    const at = wanted.filter((one) => one.lookup === lookup).findIndex((one) => one === asked)
    return { ...error, path: [lookup.alias, at, ...rest] }
  })
  return { ...answer, data, errors }
}

function assembled(
  query: CachedQuery,
  wanted: readonly Wanted[],
  entityOf: (one: Wanted) => unknown,
): Record<string, unknown> {
  return Object.fromEntries(
    query.lookups.map((lookup) => [
      lookup.alias,
      wanted.filter((one) => one.lookup === lookup).map((one) => entityOf(one) ?? null),
    ]),
  )
}

/** Every caller gets objects of its own: what is answered is written into. */
function parsed(found: Found | undefined): unknown {
  return found === undefined ? null : parseExact(found.entry.text)
}

function keyOf({ transport, request, query, options }: Asking, kept: Kept, parts: readonly string[]): string {
  const values = query.variables.map((name) => request.variables[name])
  const told = values.length === 0 ? '' : hashed(exactText(values) ?? '')
  const caller = hashed(callerKey(request, transport, kept.isPrivate))
  return [options.version, transport.name, ...parts, told, caller].join(' ')
}
