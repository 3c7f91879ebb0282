import { nowUs } from '@lighthouse/chassis/recorder'
import { codeOf } from '@lighthouse/chassis/errors'
import type { Log } from '@lighthouse/chassis/log'
import { observe } from '@lighthouse/chassis/observe'
import type { Scope } from '@lighthouse/chassis/scope'
import type { Finding } from './decision.js'
import type { Judgement } from './judgement.js'
import type { Tier } from './tiers/tier.js'
import { PASS, SKIPPED } from './tiers/tier.js'
import { timeLeft, within } from './within.js'
import type { Trail } from './trail.js'

export interface Asking {
  readonly judgement: Judgement
  readonly scope: Scope
  readonly trail: Trail
  readonly log: Log
}

/**
 * Asks one tier under its stop's name. A tier that throws has not answered; when it is a vital one, nothing may be
 * ALLOWed any more, whatever the next ones say.
 */
export function ask(tier: Tier, asking: Asking): Finding | typeof PASS | Promise<Finding | typeof PASS> {
  const { judgement, scope } = asking
  const startUs = nowUs()
  try {
    const answer = observe(scope, tier.stop, () => tier.ask(judgement, scope))
    // A tier that answers at once costs no turn of the event loop.
    if (!(answer instanceof Promise)) return heard(answer, tier, startUs, asking)
    return within(answer, timeLeft(scope, tier.limitMs), tier.name).then(
      (late) => heard(late, tier, startUs, asking),
      (error: unknown) => failed(error, tier, startUs, asking),
    )
  } catch (error) {
    return failed(error, tier, startUs, asking)
  }
}

function heard(
  answer: Finding | typeof PASS | typeof SKIPPED,
  tier: Tier,
  startUs: number,
  { judgement, trail }: Asking,
): Finding | typeof PASS {
  if (answer === SKIPPED || answer === PASS) {
    trail.passed(tier.name, answer === SKIPPED ? 'SKIPPED' : 'PASS', startUs, '')
    return PASS
  }
  if (judgement.broken && answer.decision === 'ALLOW') {
    trail.passed(tier.name, 'PASS', startUs, '')
    return PASS
  }
  trail.passed(tier.name, 'HIT', startUs, answer.decision)
  return answer
}

function failed(
  error: unknown,
  tier: Tier,
  startUs: number,
  { judgement, trail, log, scope }: Asking,
): typeof PASS {
  if (tier.vital) judgement.broken = true
  trail.passed(tier.name, isLate(error) ? 'TIMEOUT' : 'ERROR', startUs, '')
  log.warn('a tier failed', { tier: tier.name, requestId: scope.requestId, error })
  return PASS
}

function isLate(error: unknown): boolean {
  return (
    codeOf(error) === 'DEADLINE_EXCEEDED' ||
    (error instanceof Error && /^(Timeout|Abort)Error$/.test(error.name))
  )
}
