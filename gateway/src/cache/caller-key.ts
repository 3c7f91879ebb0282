import type { SubgraphRequest, SubgraphTransport } from '@lighthouse/contract/subgraph-request'

/** Headers that say who somebody is. Whatever else is passed on may change what everybody is answered. */
const CREDENTIALS = ['authorization', 'cookie']

/**
 * All that decides what a caller may be answered. Private: the principal and everything that is passed on to the subgraph.
 * Public: what the principal may do, without who it is, and what is passed on but credentials; so that even what is called
 * public never crosses from one role to another.
 */
export function callerKey(
  { principal, clientHeaders }: Pick<SubgraphRequest, 'principal' | 'clientHeaders'>,
  transport: Pick<SubgraphTransport, 'identityOf'>,
  isPrivate: boolean,
): string {
  if (isPrivate) {
    return JSON.stringify([principal, transport.identityOf?.({ principal: undefined, clientHeaders })])
  }
  const rights: Record<string, unknown> = { ...principal }
  delete rights['agentId']
  delete rights['keyId']
  const headers = { ...clientHeaders }
  for (const name of CREDENTIALS) delete headers[name]
  return JSON.stringify([rights, transport.identityOf?.({ principal: undefined, clientHeaders: headers })])
}
