import type { Effects } from '../shell/findings.js'
import type { FlagReader } from '@lighthouse/contract/flags'
import type { Finding } from '../decision.js'
import type { Tier } from './tier.js'
import { PASS, SKIPPED } from './tier.js'

/**
 * Points for shapes that are worse together than one by one. Summed over a call; a call that reaches BLOCK_AT is
 * refused without asking anybody. Transparent on purpose: no feature can lower the sum, so it can only harden.
 */
const POINTS: readonly {
  readonly what: string
  readonly points: number
  readonly holds: (effects: Effects) => boolean
}[] = [
  {
    what: 'rights of another user',
    points: 2,
    holds: ({ privilege }) => privilege?.['escalate'] !== undefined,
  },
  { what: 'a hidden text', points: 4, holds: ({ shell }) => shell?.['deceptive-text'] !== undefined },
  {
    what: 'a command put together while it runs',
    points: 2,
    holds: ({ execute }) => execute?.['dynamic'] !== undefined,
  },
  {
    what: 'code that was just written',
    points: 3,
    holds: ({ execute }) => execute?.['written'] !== undefined,
  },
  { what: 'code from a temporary directory', points: 2, holds: inTemp },
  {
    what: 'data sent out',
    points: 3,
    holds: ({ network }) => network?.['send'] !== undefined || network?.['raw-connection'] !== undefined,
  },
  {
    what: 'a tunnel or open port',
    points: 2,
    holds: ({ network }) => network?.['tunnel'] !== undefined || network?.['listen'] !== undefined,
  },
  {
    what: 'credentials read',
    points: 3,
    holds: ({ secrets, filesystem }) => secrets?.['print'] !== undefined || readsHidden(filesystem),
  },
  { what: 'something that runs later', points: 3, holds: ({ persistence }) => persistence !== undefined },
  { what: 'accounts changed', points: 3, holds: ({ privilege }) => privilege?.['accounts'] !== undefined },
  { what: 'a file downloaded', points: 1, holds: ({ network }) => network?.['fetch'] !== undefined },
  {
    what: 'many unknown commands',
    points: 2,
    holds: ({ shell }) => (shell?.['unknown-command']?.length ?? 0) > 3,
  },
]
const BLOCK_AT = 7

function inTemp({ execute }: Effects): boolean {
  return (execute?.['file'] ?? []).some((item) => item['zone'] === 'temp')
}

function readsHidden(filesystem: Effects[string] | undefined): boolean {
  return (filesystem?.['read'] ?? []).some((item) => item['hidden'] === true)
}

/** What the pattern tier makes of effects: the points and what gave them. */
export function scoreOf(effects: Effects): { readonly score: number; readonly because: readonly string[] } {
  const held = POINTS.filter(({ holds }) => holds(effects))
  return { score: held.reduce((sum, { points }) => sum + points, 0), because: held.map(({ what }) => what) }
}

/** Weighs what the rules could not decide. Answers BLOCK or PASS, never ALLOW. */
export function patternTier(flags: FlagReader): Tier {
  return {
    name: 'PATTERN',
    stop: 'pattern',
    vital: false,
    limitMs: 100,
    async ask({ understanding, principal }) {
      if (!(await flags.isOn('pattern-tier', principal.agentId))) return SKIPPED
      const { score, because } = scoreOf(understanding.effects)
      return score < BLOCK_AT ? PASS : toFinding(score, because)
    },
  }
}

function toFinding(score: number, because: readonly string[]): Finding {
  return {
    decision: 'BLOCK',
    confidenceScore: Math.min(0.94, 0.6 + score / 30),
    riskLevel: 'CRITICAL',
    reason: `Together this is how attacks look: ${because.join(', ')}.`,
    originTier: 'PATTERN',
    ruleId: undefined,
    consultationId: undefined,
  }
}
