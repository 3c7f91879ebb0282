import type { Principal } from '@lighthouse/contract/principal'
import type { Identification } from '../authenticate/identification.js'
import { type Credential, identify } from '../credential.js'
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

/**
 * Opens a session for a credential. Rejects as {@link identify} does. It is checked by the rules that hold then: a
 * stream outlives the configuration under which it was opened.
 */
export async function openSession(
  credential: Credential | undefined,
  current: () => Identification,
): Promise<Session> {
  const principal = await identify(credential, current())
  const proven = JSON.stringify(principal)
  return {
    credential,
    principal,
    async check() {
      if (JSON.stringify(await identify(credential, current())) === proven) return
      throw new Refusal('UNAUTHENTICATED', 'The credential does not stand for the same caller any more.')
    },
  }
}

/** Why a stream ends whose session's check rejected: a credential that nobody can check now may hold again. */
export function cutFor(cause: unknown): 'revoked' | 'unsure' {
  return cause instanceof Refusal && cause.code !== 'AUTHENTICATION_UNAVAILABLE' ? 'revoked' : 'unsure'
}
