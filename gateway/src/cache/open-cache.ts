import type { SubgraphTransport } from '@lighthouse/contract/subgraph-request'
import type { Respond } from '../respond.js'
import { cachedAnswers, type CachedAnswersOptions } from './cached-answers.js'
import { cachedTransport } from './cached-transport.js'
import { EntityCache, type SharedStore } from './entity-cache.js'
import { Hints } from './hints.js'
import { type CacheInput, cacheSection } from './settings.js'

/** The cache of a gateway: made when the first supergraph is configured for one, kept over reloads of the same size. */
export class CacheHolder implements Disposable {
  readonly #shared: SharedStore | undefined
  #cache: EntityCache | undefined
  #maxBytes = 0

  constructor(shared: SharedStore | undefined) {
    this.#shared = shared
  }

  get current(): EntityCache | undefined {
    return this.#cache
  }

  open(maxBytes: number): EntityCache {
    if (this.#cache === undefined || this.#maxBytes !== maxBytes) {
      this.#cache?.[Symbol.dispose]()
      this.#cache = new EntityCache({ maxBytes, shared: this.#shared })
      this.#maxBytes = maxBytes
    }
    return this.#cache
  }

  [Symbol.dispose](): void {
    this.#cache?.[Symbol.dispose]()
  }
}

export interface Caching {
  readonly holder: CacheHolder
  readonly supergraphSdl: string
  /** Part of every key. */
  readonly version: string
}

/** The transports of one supergraph behind the cache, or as they are when none is configured. */
export function cachedTransports(
  transports: ReadonlyMap<string, SubgraphTransport>,
  input: CacheInput | undefined,
  { holder, supergraphSdl, version }: Caching,
): ReadonlyMap<string, SubgraphTransport> {
  if (input === undefined) return transports
  const settings = cacheSection.parse(input)
  const options = {
    cache: holder.open(settings.maxBytes),
    settings,
    hints: new Hints(supergraphSdl),
    version,
  }
  return new Map([...transports].map(([name, one]) => [name, cachedTransport(one, options)]))
}

/** The same, with answers that say how long they may be kept, where a cache is configured. */
export function cachedRespond(
  respond: Respond,
  input: CacheInput | undefined,
  {
    holder,
    ...rest
  }: Omit<Caching, 'supergraphSdl'> & Pick<CachedAnswersOptions, 'transports' | 'credentialHeader'>,
): Respond {
  if (input === undefined) return respond
  const settings = cacheSection.parse(input)
  const options = { ...rest, cache: holder.open(settings.maxBytes), settings }
  return cachedAnswers(respond, options)
}
