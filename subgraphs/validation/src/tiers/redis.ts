import { createBreaker } from '@lighthouse/chassis/breaker'
import type { RedisConnection } from '@lighthouse/chassis/redis'
import { DECISIONS, RISK_LEVELS, TIERS } from '@lighthouse/contract/decision'
import { decisionKey } from '@lighthouse/contract/redis-keys'
import type { FlagReader } from '@lighthouse/contract/flags'
import type { Finding } from '../decision.js'
import type { Judgement } from '../judgement.js'
import type { Tier } from './tier.js'
import { guarded } from './guarded.js'
import { PASS, SKIPPED } from './tier.js'

/** P-033: a lookup that takes longer is given up, and the next tier asked. */
const TIMEOUT_MS = 50
/** Longest value that is written or believed. */
const MAX_VALUE_BYTES = 16_384

/** What experts said to this and other gateways. */
export interface RedisTier extends Tier {
  /** Shares a finding with every gateway of the same policy version. Never throws; false when it was not shared. */
  share(judgement: Judgement, finding: Finding, ttlMs: number): Promise<boolean>
}

/** Without a connection the tier is there and always skipped. */
export function redisTier(redis: RedisConnection | undefined, flags: FlagReader): RedisTier {
  const breaker = createBreaker({ name: 'Redis', failures: 5, halfOpenAfterMs: 1_000, timeoutMs: TIMEOUT_MS })
  return {
    name: 'REDIS',
    stop: 'redis',
    vital: false,
    async ask({ policyVersion, fingerprint, principal, verdict }) {
      if (redis === undefined || !redis.ready) return SKIPPED
      if (!(await flags.isOn('redis-tier', principal.agentId))) return SKIPPED
      const text = await guarded(breaker, () => redis.client.get(decisionKey(policyVersion, fingerprint)))
      if (text === SKIPPED) return SKIPPED
      const found = text === null ? undefined : readFinding(text)
      // What others learned may not undo what the rules here call critical.
      if (found === undefined || (found.decision === 'ALLOW' && !mayAllow(verdict?.riskLevel))) return PASS
      return found
    },
    async share({ policyVersion, fingerprint }, finding, ttlMs) {
      if (redis === undefined || !redis.ready) return false
      const text = JSON.stringify(finding)
      if (Buffer.byteLength(text) > MAX_VALUE_BYTES) return false
      try {
        await breaker.run(() => redis.client.set(decisionKey(policyVersion, fingerprint), text, 'PX', ttlMs))
        return true
      } catch {
        return false
      }
    },
  }
}

/** An expert's ALLOW counts only where the rules asked for experts, and not for what they call critical. */
export function mayAllow(riskLevel: Finding['riskLevel'] | undefined): boolean {
  return riskLevel !== undefined && riskLevel !== 'CRITICAL'
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
