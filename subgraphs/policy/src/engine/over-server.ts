import type { PolicyInput, Verdict } from './evaluate.js'
import type { OpaServer } from './opa-server.js'
import type { Judging } from './over-packs.js'

/**
 * The same engine, with a server that judges in its place. When the server gives no answer the policy in this process
 * is asked for what it would refuse; everything else is escalated, also what it would have allowed: somebody chose
 * the server's policy over this one.
 */
export function overServer(judging: Judging, server: OpaServer): Judging {
  const own = judging.scopeOf.bind(judging)
  return Object.defineProperties(judging, {
    name: { value: 'opa-server', enumerable: true },
    scopeOf: {
      value: (...caller: Parameters<typeof own>) => `${own(...caller)} ${server.revision}`.trimEnd(),
    },
    ask: {
      async value(input: PolicyInput, version?: string): Promise<Verdict> {
        try {
          return await server.ask(input)
        } catch (error) {
          return unanswered(() => judging.evaluate(input, version), error)
        }
      },
    },
    consider: {
      async value(input: PolicyInput, version?: string): Promise<Verdict> {
        try {
          return await server.consider(input)
        } catch (error) {
          return unanswered(() => judging.examine(input, version), error)
        }
      },
    },
  })
}

/** The rule that is named when the server gave no answer and the policy in this process does not refuse. */
const UNREACHABLE = 'policy/unreachable'

/** Whether a verdict stands for an answer that did not come. */
export function isUnanswered({ rules }: Verdict): boolean {
  return rules[0]?.id === UNREACHABLE
}

function unanswered(own: () => Verdict, error: unknown): Verdict {
  const strict = refusal(own)
  if (strict !== undefined) return strict
  const why = error instanceof Error ? error.message : String(error)
  return {
    decision: 'ESCALATE',
    riskLevel: 'HIGH',
    rules: [
      {
        id: UNREACHABLE,
        pack: 'policy',
        decision: 'ESCALATE',
        riskLevel: 'HIGH',
        subject: 'the OPA server',
        reason: `the OPA server gave no answer: ${why}`.slice(0, 300),
      },
    ],
    obligations: ['LOG', 'ASK'],
  }
}

/** What this process' own policy refuses stays refused. */
function refusal(own: () => Verdict): Verdict | undefined {
  try {
    const verdict = own()
    return verdict.decision === 'BLOCK' ? verdict : undefined
  } catch {
    return undefined
  }
}
