import type { Finding } from '../decision.js'
import { digestOf } from '../fingerprint.js'
import { openS3Fifo } from './s3-fifo.js'
import type { Tier } from './tier.js'
import { PASS } from './tier.js'

/** P-032: what a node keeps of its own decisions, whichever bound is met first. */
const MAX_ENTRIES = 10_000
const MAX_BYTES = 16_777_216
/** What an entry costs beside its texts: two objects and a place in the map. */
const OVERHEAD_BYTES = 320

/** What this process decided before, by fingerprint. */
export interface Memory extends Tier {
  /** Remembers a finding for a while. A finding never outlives `ttlMs`: reading does not extend it. */
  keep(fingerprint: string, finding: Finding, ttlMs: number): void
  /** What is remembered; asking leaves no trace. */
  peek(fingerprint: string): Finding | undefined
  /** Forgets what experts said of a fingerprint with this digest. */
  forget(digest: string): void
  readonly size: number
  readonly bytes: number
  clear(): void
}

export interface MemoryOptions {
  readonly maxEntries?: number
  readonly maxBytes?: number
  /** Milliseconds on a clock that does not go back; injected by tests. */
  readonly now?: () => number
}

/**
 * Bounded by entries and bytes (beside them S3-FIFO holds the keys, without their values, of at most 9,000 that left);
 * what leaves first is S3-FIFO's to say, so that a scan does not cost what is hot.
 */
export function openMemory(options: MemoryOptions = {}): Memory {
  const { maxEntries = MAX_ENTRIES, maxBytes = MAX_BYTES, now } = options
  /** By digest, the fingerprints of what experts said: others may change it, and name it so. Leaves with its entry. */
  const shared = new Map<string, string>()
  const onLeave = (fingerprint: string, { originTier }: Finding): void => {
    if (originTier === 'EXPERT') shared.delete(digestOf(fingerprint))
  }
  const timed = now !== undefined && { now }
  const cache = openS3Fifo<Finding>({ maxEntries, maxBytes, bytesOf, onLeave, ...timed })
  return {
    name: 'MEMORY',
    stop: 'memory',
    vital: false,
    limitMs: 100,
    ask: ({ fingerprint }) => cache.get(fingerprint) ?? PASS,
    keep(fingerprint, finding, ttlMs) {
      cache.set(fingerprint, finding, ttlMs)
      if (finding.originTier === 'EXPERT' && cache.peek(fingerprint) === finding)
        shared.set(digestOf(fingerprint), fingerprint)
    },
    peek: (fingerprint) => cache.peek(fingerprint),
    forget(digest) {
      const fingerprint = shared.get(digest)
      if (fingerprint !== undefined) cache.delete(fingerprint)
    },
    get size() {
      return cache.size
    },
    get bytes() {
      return cache.bytes
    },
    clear() {
      cache.clear()
      shared.clear()
    },
  }
}

/** Texts count two bytes a character, the most that an engine needs for one. */
function bytesOf(fingerprint: string, { reason, ruleId = '', consultationId = '' }: Finding): number {
  return OVERHEAD_BYTES + 2 * (fingerprint.length + reason.length + ruleId.length + consultationId.length)
}
