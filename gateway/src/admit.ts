import type { Principal } from '@lighthouse/contract/principal'
import { type Authenticate, type Credential, identify } from './credential.js'

export interface Door {
  readonly authenticate: Authenticate | undefined
  /** Throws a Refusal for documents over the limits. */
  readonly limit: (query: string) => void
}

/**
 * Lets an operation in: who calls, and is the document small enough to be looked at. Throws a Refusal otherwise.
 * The credential comes first, so that strangers learn nothing about the limits.
 */
export async function admit(
  credential: Credential | undefined,
  query: string | undefined,
  door: Door,
): Promise<Principal | undefined> {
  const principal = await identify(credential, door.authenticate)
  if (query !== undefined) door.limit(query)
  return principal
}
