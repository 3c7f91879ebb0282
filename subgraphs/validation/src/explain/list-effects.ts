import type { Understanding } from '../understand.js'
import type { ExplainedEffect } from './explanation.js'

/** The effects of a call as a list, pack by pack. Bounded by MAX_FINDINGS. */
export function listEffects({ effects, spans }: Pick<Understanding, 'effects' | 'spans'>): ExplainedEffect[] {
  return Object.entries(effects).flatMap(([pack, actions]) =>
    Object.entries(actions).flatMap(([action, findings]) =>
      findings.map(({ subject, recursive, dynamic, ...facts }) => ({
        kind: `${pack}/${action}`,
        target: subject,
        recursive: recursive === true,
        dynamic: dynamic === true || action === 'dynamic',
        facts,
        span: spans.get(subject),
      })),
    ),
  )
}
