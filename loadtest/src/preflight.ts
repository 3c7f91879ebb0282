import { Agent, type AgentOptions, type Reply } from './agent.js'
import { LoadError } from './load-error.js'
import { judge } from './measure.js'

const BODY = JSON.stringify({ query: 'query LoadPreflight { __typename }', operationName: 'LoadPreflight' })

/** Asks the endpoint one harmless question. Throws a LoadError that says what to do when it does not answer well. */
export async function preflight(options: AgentOptions): Promise<void> {
  const { href } = options.url
  using agent = new Agent('preflight', { ...options, timeoutMs: Math.min(options.timeoutMs, 10_000) })
  const reply = await new Promise<Reply>((resolve) => agent.send(BODY, Date.now(), resolve))
  if ('failure' in reply) {
    throw new LoadError('UNREACHABLE', `${href} cannot be reached (${reply.failure}); is Lighthouse running?`)
  }
  const { error } = judge(reply)
  if (error === undefined) return
  if (error === 'UNAUTHENTICATED' || error === 'FORBIDDEN' || reply.answer.status === 401) {
    throw new LoadError('UNAUTHENTICATED', `${href} refused the key; set LIGHTHOUSE_KEY or --key`)
  }
  throw new LoadError(
    'NOT_GRAPHQL',
    `${href} answered ${reply.answer.status} with ${error}; is it the /graphql address?`,
  )
}
