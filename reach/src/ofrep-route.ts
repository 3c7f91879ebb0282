import type { Operation } from '@lighthouse/client/documents'
import { jsonRoute } from './json-route.js'
import { Refused } from './refused.js'

const MAX_BODY_BYTES = 65_536

interface Evaluation {
  readonly name: string
  readonly on: boolean | null
  readonly variant: string | null
  readonly reason: string | null
}

const EVALUATE: Operation<
  { readonly evaluateFlags: readonly Evaluation[] },
  { readonly names?: readonly string[]; readonly agentId?: string }
> = {
  name: 'EvaluateFlags',
  kind: 'query',
  text: `query EvaluateFlags($names: [ID!], $agentId: ID) {
  evaluateFlags(names: $names, agentId: $agentId) { name on variant reason }
}`,
}

/**
 * POST /ofrep/v1/evaluate/flags and /flags/{key}: feature flags for any OpenFeature client. The targeting key is the
 * agent; the caller itself when there is none. Source: OpenFeature Remote Evaluation Protocol.
 */
export const ofrepRoute = jsonRoute({
  client: 'lighthouse-ofrep/1',
  maxBodyBytes: MAX_BODY_BYTES,
  what: 'the evaluation context',
  answer: async ({ body, url, transport }) => {
    const key = keyOf(url)
    const agentId = targetOf(body)
    const { evaluateFlags } = await transport.run(EVALUATE, {
      ...(key !== undefined && { names: [key] }),
      ...(agentId !== undefined && { agentId }),
    })
    if (key === undefined) return { status: 200, body: { flags: evaluateFlags.map(spoken) } }
    const [found] = evaluateFlags
    if (found === undefined || found.on === null) return { status: 404, body: notFound(key) }
    return { status: 200, body: spoken(found) }
  },
})

function notFound(key: string) {
  return { key, errorCode: 'FLAG_NOT_FOUND', errorDetails: `There is no flag "${key}".` }
}

/** The value of an A/B test is its variant; of every other flag, whether it is on. */
function spoken({ name, on, variant, reason }: Evaluation) {
  const value = variant === 'on' || variant === 'off' ? on : variant
  return { key: name, value, variant, reason }
}

function keyOf(url: string): string | undefined {
  const path = url.split('?', 1)[0] ?? ''
  const name = /\/flags\/([^/]+)$/.exec(path)?.[1]
  if (name === undefined) return undefined
  try {
    return decodeURIComponent(name)
  } catch {
    throw new Refused('BAD_REQUEST', 'The key of the flag is not URL-encoded.')
  }
}

function targetOf({ context }: Readonly<Record<string, unknown>>): string | undefined {
  const target = (context as { targetingKey?: unknown } | null | undefined)?.targetingKey
  if (target === undefined || target === null || target === '') return undefined
  if (typeof target === 'string') return target
  throw new Refused('BAD_USER_INPUT', 'context.targetingKey is a text.')
}
