import type { Principal } from '@lighthouse/contract/principal'
import { type Authenticate, type Credential, identify } from '../credential.js'
import { Refusal } from '../errors.js'

/** The proof with which a stream was opened, asked about again for as long as it is open. */
export interface Session {
  readonly credential: Credential | undefined
  readonly principal: Principal | undefined
  /**
   * Rejects with a {@link Refusal} when the credential was revoked, expired, or belongs to somebody else by now, and
   * with anything else when nobody can tell.
   */
  check(): Promise<void>
}

/** Opens a session for a credential. Rejects as {@link identify} does. */
export async function openSession(
  credential: Credential | undefined,
  authenticate: Authenticate | undefined,
): Promise<Session> {
  const principal = await identify(credential, authenticate)
  const proven = JSON.stringify(principal)
  return {
    credential,
    principal,
    async check() {
      if (authenticate === undefined) return
      if (JSON.stringify(await identify(credential, authenticate)) === proven) return
      throw new Refusal('UNAUTHENTICATED', 'The credential does not stand for the same caller any more.')
    },
  }
}
