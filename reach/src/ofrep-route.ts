import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Operation } from '@lighthouse/client/documents'
import { asCaller, type Perform } from './as-caller.js'
import { readJson } from './read-body.js'
import { Refused, send, sendError } from './refused.js'

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
export async function ofrepRoute(
  request: IncomingMessage,
  response: ServerResponse,
  perform: Perform,
): Promise<void> {
  try {
    if (request.method !== 'POST')
      throw new Refused('METHOD_NOT_ALLOWED', 'Flags are evaluated with POST.', { allow: 'POST, OPTIONS' })
    const key = keyOf(request.url ?? '')
    const agentId = targetOf(await readJson(request, MAX_BODY_BYTES))
    const variables = {
      ...(key !== undefined && { names: [key] }),
      ...(agentId !== undefined && { agentId }),
    }
    const transport = asCaller(perform, request.headers, 'lighthouse-ofrep/1')
    const { evaluateFlags } = await transport.run(EVALUATE, variables)
    if (key === undefined) return send(response, 200, { flags: evaluateFlags.map(spoken) })
    const [found] = evaluateFlags
    if (found === undefined || found.on === null)
      return send(response, 404, {
        key,
        errorCode: 'FLAG_NOT_FOUND',
        errorDetails: `There is no flag "${key}".`,
      })
    send(response, 200, spoken(found))
  } catch (error) {
    sendError(response, error)
  }
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
