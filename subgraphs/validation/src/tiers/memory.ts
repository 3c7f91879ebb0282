import { LRUCache } from 'lru-cache'
import type { Finding } from '../decision.js'
import type { Tier } from './tier.js'
import { PASS } from './tier.js'

/** P-032: what a node keeps of its own decisions; the least recently used goes first. */
const MAX_ENTRIES = 10_000

/** What this process decided before, by fingerprint. */
export interface Memory extends Tier {
  /** Remembers a finding for a while. A finding never outlives `ttlMs`: reading does not extend it. */
  keep(fingerprint: string, finding: Finding, ttlMs: number): void
  readonly size: number
  clear(): void
}

export interface MemoryOptions {
  readonly maxEntries?: number
  /** Milliseconds on a clock that does not go back; injected by tests. */
  readonly now?: () => number
}

export function openMemory({ maxEntries = MAX_ENTRIES, now }: MemoryOptions = {}): Memory {
  const cache = new LRUCache<string, Finding>({
    max: maxEntries,
    ...(now !== undefined && { perf: { now }, ttlResolution: 0 }),
  })
  return {
    name: 'MEMORY',
    stop: 'memory',
    vital: false,
    ask: ({ fingerprint }) => cache.get(fingerprint) ?? PASS,
    keep: (fingerprint, finding, ttlMs) => void cache.set(fingerprint, finding, { ttl: ttlMs }),
    get size() {
      return cache.size
    },
    clear: () => cache.clear(),
  }
}
