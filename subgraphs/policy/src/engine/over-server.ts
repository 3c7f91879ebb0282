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
          return unanswered(judging, input, version, error)
        }
      },
    },
  })
}

function unanswered(
  judging: Judging,
  input: PolicyInput,
  version: string | undefined,
  error: unknown,
): Verdict {
  const strict = refusal(judging, input, version)
  if (strict !== undefined) return strict
  const why = error instanceof Error ? error.message : String(error)
  return {
    decision: 'ESCALATE',
    riskLevel: 'HIGH',
    rules: [
      {
        id: 'policy/unreachable',
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
function refusal(judging: Judging, input: PolicyInput, version: string | undefined): Verdict | undefined {
  try {
    const verdict = judging.evaluate(input, version)
    return verdict.decision === 'BLOCK' ? verdict : undefined
  } catch {
    return undefined
  }
}
