import { createBreaker } from '@lighthouse/chassis/breaker'
import type { RedisConnection } from '@lighthouse/chassis/redis'
import type { Tracking } from '@lighthouse/chassis/redis-tracking'
import { DECISIONS, RISK_LEVELS, TIERS } from '@lighthouse/contract/decision'
import { decisionKey } from '@lighthouse/contract/redis-keys'
import type { FlagReader } from '@lighthouse/contract/flags'
import type { Finding } from '../decision.js'
import type { Judgement, Lent } from '../judgement.js'
import { mayShare } from '../obligations.js'
import type { Tier } from './tier.js'
import { guarded } from './guarded.js'
import { PASS, SKIPPED } from './tier.js'

/** P-033: a lookup that takes longer is given up, and the next tier asked. */
const TIMEOUT_MS = 50
/** Longest value that is written or believed. */
const MAX_VALUE_BYTES = 16_384
/** Longest key that is written; the policy version is not ours to bound. */
const MAX_KEY_BYTES = 1_000

/** What experts said to this and other gateways. */
export interface RedisTier extends Tier {
  /** Shares a finding with every gateway of the same policy version. Never throws; false when it was not shared. */
  share(
    judgement: Pick<Judgement, 'policyVersion' | 'digest'>,
    finding: Finding,
    ttlMs: number,
  ): Promise<boolean>
  /**
   * Whether this node may remember what is shared: it is told of every change, or there is no Redis now in which it
   * could change (what was remembered till then is forgotten when there is one again).
   */
  mayRemember(lent?: Lent): boolean
}

/** Without a connection the tier is there and always skipped. `tracking` tells of what other gateways change. */
export function redisTier(
  redis: RedisConnection | undefined,
  flags: FlagReader,
  tracking?: Pick<Tracking, 'armed' | 'changes'>,
): RedisTier {
  const breaker = createBreaker({ name: 'Redis', failures: 5, halfOpenAfterMs: 1_000, timeoutMs: TIMEOUT_MS })
  return {
    name: 'REDIS',
    stop: 'redis',
    vital: false,
    limitMs: 4 * TIMEOUT_MS,
    async ask(judgement) {
      const { policyVersion, principal, verdict } = judgement
      if (redis === undefined || !redis.ready) return SKIPPED
      if (!(await flags.isOn('redis-tier', principal.agentId))) return SKIPPED
      const changes = tracking?.changes ?? 0
      const read = await guarded(breaker, () =>
        readShared(redis, decisionKey(policyVersion, judgement.digest)),
      )
      if (read === SKIPPED) return SKIPPED
      const found = read === undefined ? undefined : readFinding(read.text)
      // What others learned may not undo what the rules here call critical, nor what an expert must look at each time.
      if (found === undefined || !mayShare(found, verdict)) return PASS
      judgement.lent = { ttlMs: read?.ttlMs ?? 0, changes }
      return found
    },
    async share({ policyVersion, digest }, finding, ttlMs) {
      if (redis === undefined || !redis.ready) return false
      const [key, text] = [decisionKey(policyVersion, digest), JSON.stringify(finding)]
      if (Buffer.byteLength(text) > MAX_VALUE_BYTES || Buffer.byteLength(key) > MAX_KEY_BYTES) return false
      try {
        await breaker.run(() => redis.client.set(key, text, 'PX', ttlMs))
        return true
      } catch {
        return false
      }
    },
    mayRemember(lent) {
      if (redis === undefined || tracking === undefined) return redis === undefined
      if (lent !== undefined) return tracking.armed && tracking.changes === lent.changes
      return tracking.armed || !redis.ready
    },
  }
}

/** What is shared under a key, and for how much longer. Undefined when there is nothing, or it is just expiring. */
async function readShared(redis: RedisConnection, key: string) {
  const text = await redis.client.get(key)
  if (text === null) return undefined
  const ttlMs = await redis.client.pttl(key)
  return ttlMs > 0 ? { text, ttlMs } : undefined
}

/** A stored finding; undefined for anything that is not exactly one. */
export function readFinding(text: string): Finding | undefined {
  if (text.length > MAX_VALUE_BYTES) return undefined
  try {
    const stored = JSON.parse(text) as Record<string, unknown>
    const decision = DECISIONS.find((one) => one === stored['decision'])
    const riskLevel = RISK_LEVELS.find((one) => one === stored['riskLevel'])
    const originTier = TIERS.find((one) => one === stored['originTier'])
    const { confidenceScore, reason, ruleId, consultationId } = stored
    if (decision === undefined || riskLevel === undefined || originTier === undefined) return undefined
    if (typeof confidenceScore !== 'number' || !(confidenceScore >= 0 && confidenceScore <= 1))
      return undefined
    if (typeof reason !== 'string' || originTier === 'SAFE_DEFAULT') return undefined
    return {
      decision,
      riskLevel,
      originTier,
      confidenceScore,
      reason,
      ruleId: typeof ruleId === 'string' ? ruleId : undefined,
      consultationId: typeof consultationId === 'string' ? consultationId : undefined,
    }
  } catch {
    return undefined
  }
}
