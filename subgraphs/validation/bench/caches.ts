import { openS3Fifo } from '@lighthouse/validation/tiers/s3-fifo'
import { LRUCache } from 'lru-cache'
import { rounded } from './measure.js'
import { TRACES } from './traces.js'

/** 1 % of the keys of a trace. */
const CAPACITY = 1_000
const TTL_MS = 3_600_000

interface Cached {
  has(key: string): boolean
  put(key: string): void
}

const CACHES = {
  s3fifo: (): Cached => {
    const cache = openS3Fifo<number>({ maxEntries: CAPACITY })
    return { has: (key) => cache.get(key) !== undefined, put: (key) => cache.set(key, 1, TTL_MS) }
  },
  lru: (): Cached => {
    const cache = new LRUCache<string, number>({ max: CAPACITY })
    return {
      has: (key) => cache.get(key) !== undefined,
      put: (key) => void cache.set(key, 1, { ttl: TTL_MS }),
    }
  },
} as const satisfies Record<string, () => Cached>

type CacheName = keyof typeof CACHES
/** Percentage of hits by trace, what is left of the 100 hottest after a scan of 1,500, and the cost of one request. */
export type CacheReport = Readonly<Record<keyof typeof TRACES | 'hotAfterScan' | 'nsPerRequest', number>>

/** Plays every trace to S3-FIFO and to lru-cache; the first sixth of each fills them and is not counted. */
export function simulateCaches(): Record<CacheName, CacheReport> {
  const names = Object.keys(CACHES) as CacheName[]
  const reports = new Map<CacheName, Record<string, number>>(names.map((name) => [name, {}]))
  const spentMs = new Map<CacheName, number>()
  let requests = 0
  for (const [name, make] of Object.entries(TRACES)) {
    const trace = make()
    const keys = trace.map(String)
    requests += keys.length
    for (const cache of names) {
      const start = performance.now()
      const hits = play(CACHES[cache](), keys)
      spentMs.set(cache, (spentMs.get(cache) ?? 0) + performance.now() - start)
      Object.assign(reports.get(cache) ?? {}, { [name]: rounded(hits, 2) })
    }
  }
  for (const [name, report] of reports) {
    report['hotAfterScan'] = hotAfterScan(CACHES[name]())
    report['nsPerRequest'] = rounded(((spentMs.get(name) ?? 0) * 1e6) / requests, 0)
  }
  return Object.fromEntries(reports) as Record<CacheName, CacheReport>
}

function play(cache: Cached, keys: readonly string[]): number {
  const counted = Math.floor(keys.length / 6)
  let hits = 0
  for (const [i, key] of keys.entries()) {
    if (!cache.has(key)) cache.put(key)
    else if (i >= counted) hits += 1
  }
  return (hits / (keys.length - counted)) * 100
}

function hotAfterScan(cache: Cached): number {
  const ask = (key: string): void => {
    if (!cache.has(key)) cache.put(key)
  }
  for (let round = 0; round < 5; round += 1) {
    for (let hot = 0; hot < 100; hot += 1) ask(`hot${hot}`)
    for (let cold = 0; cold < 300; cold += 1) ask(`cold${round}.${cold}`)
  }
  for (let i = 0; i < 1_500; i += 1) ask(`scan${i}`)
  return Array.from({ length: 100 }, (_, hot) => cache.has(`hot${hot}`)).filter(Boolean).length
}
