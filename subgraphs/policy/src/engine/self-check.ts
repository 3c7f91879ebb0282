import type { Decision } from '@lighthouse/contract/decision'
import { evaluate } from './evaluate.js'
import type { PolicyInput } from './evaluate.js'
import type { Pack } from './pack.js'

/** Who asks what any policy must answer. */
export const CALLER = { tool: 'Bash', role: 'AGENT', agentId: 'self-check' } as const

/** What any policy that may be put in force must answer, whatever its lists say. */
export const MUST: readonly {
  readonly effects: PolicyInput['effects']
  readonly not: Decision
  readonly what: string
}[] = [
  { what: 'nothing understood', effects: {}, not: 'ALLOW' },
  { what: 'an unknown effect', effects: { 'no-such-pack': { act: [{ subject: 'x' }] } }, not: 'ALLOW' },
  { what: 'code from the network', effects: { execute: { download: [{ subject: 'x' }] } }, not: 'ALLOW' },
  { what: 'a dynamic command', effects: { execute: { dynamic: [{ subject: 'x' }] } }, not: 'ALLOW' },
  {
    what: 'an unknown effect beside a harmless one',
    effects: { shell: { inspect: [{ subject: 'ls' }], 'no-such-action': [{ subject: 'x' }] } },
    not: 'ALLOW',
  },
]

/** Refuses (throws) a policy that would let through what no policy may: a broken edit must not open the door. */
export function selfCheck(pack: Pack): void {
  for (const { effects, not, what } of MUST) {
    const { decision } = evaluate(pack, { ...CALLER, effects })
    if (decision === not) throw new Error(`The policy answers ${decision} to ${what}.`)
  }
}
