import DataLoader from 'dataloader'
import { observe } from './observe.js'
import type { SubgraphRequest } from '@lighthouse/contract/subgraph-request'

/** Answers many keys at once: one value (or Error, for that key alone) per key, in the order of the keys. */
export type Batch<K, V> = (keys: readonly K[]) => Promise<readonly (V | Error)[]>

/** What one loader did since the subgraph started. `batches` far below `keys` is the proof that N+1 is absent. */
export interface LoadCount {
  keys: number
  batches: number
}
export type LoadCounts = Map<string, LoadCount>

/** Most keys that one batch takes; more keys make more batches. */
const MAX_BATCH = 1_000

/** The loaders of one request, by name, made when first asked for. */
export interface Loads {
  /** The loader of this name; `batch` and `keyOf` count at the first call in a request. */
  of<K, V>(name: string, batch: Batch<K, V>, keyOf?: (key: K) => string): DataLoader<K, V, string>
}

/**
 * The stop `load`: gives a request its loaders. Notes the stop at opening and again for every batch, so that its first
 * start lies before anything the request does.
 */
export function openLoads(request: Pick<SubgraphRequest, 'noteStop'>, counts: LoadCounts): Loads {
  return observe(request, 'load', () => {
    const loaders = new Map<string, DataLoader<unknown, unknown, string>>()
    return {
      of<K, V>(name: string, batch: Batch<K, V>, keyOf: (key: K) => string = String) {
        const open = loaders.get(name)
        if (open !== undefined) return open as unknown as DataLoader<K, V, string>
        const loader = openLoader(request, countOf(counts, name), { batch, keyOf })
        loaders.set(name, loader as unknown as DataLoader<unknown, unknown, string>)
        return loader
      },
    }
  })
}

interface LoaderSteps<K, V> {
  readonly batch: Batch<K, V>
  readonly keyOf: (key: K) => string
}

function openLoader<K, V>(
  request: Pick<SubgraphRequest, 'noteStop'>,
  count: LoadCount,
  { batch, keyOf }: LoaderSteps<K, V>,
): DataLoader<K, V, string> {
  return new DataLoader<K, V, string>(
    (keys) => {
      count.batches += 1
      count.keys += keys.length
      return observe(request, 'load', () => batch(keys))
    },
    { cacheKeyFn: keyOf, maxBatchSize: MAX_BATCH },
  )
}

function countOf(counts: LoadCounts, name: string): LoadCount {
  const known = counts.get(name)
  if (known !== undefined) return known
  const count = { keys: 0, batches: 0 }
  counts.set(name, count)
  return count
}
