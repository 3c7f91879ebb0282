import type { IncomingHttpHeaders } from 'node:http'
import type { AuthorizationSettings } from '../authorize/settings.js'
import { type Authenticate, type Credential, credentialOf, type Identifying } from '../credential.js'
import { Refusal } from '../errors.js'
import { KeysUnavailable } from './key-set.js'
import type { KeySets } from './key-sets.js'
import type { AuthenticationSettings } from './settings.js'
import { createTokenVerifier } from './verify-token.js'

/** How callers prove who they are. */
export interface Identification extends Identifying {
  /** The header that it is sent in. */
  readonly header: string
  /** The credential that a request brings; undefined when it brings none. Throws a Refusal for one that is malformed. */
  credentialOf(headers: IncomingHttpHeaders, mayUseCookie?: boolean): Credential | undefined
}

/** Three parts of base64url: no key or session of ours looks like it. */
const TOKEN = /^[\w-]+\.[\w-]+\.[\w-]*$/

export interface IdentificationOptions {
  /** Knows keys and sessions. */
  readonly authenticate: Authenticate | undefined
  readonly authentication: AuthenticationSettings | undefined
  readonly claims: Pick<AuthorizationSettings, 'scopesClaim' | 'policiesClaim'>
  readonly keySets: KeySets
}

export function createIdentification(options: IdentificationOptions): Identification {
  const { authenticate, authentication, claims, keySets } = options
  if (authentication === undefined) {
    return {
      authenticate,
      isRequired: authenticate !== undefined,
      header: 'authorization',
      // Where nobody is asked who they are, what they prove it with is for subgraphs, whatever it looks like.
      credentialOf: (headers, mayUseCookie) =>
        authenticate === undefined ? undefined : credentialOf(headers, mayUseCookie),
    }
  }
  const verify = createTokenVerifier({ issuers: authentication.jwt, claims, keySets })
  return {
    isRequired: authentication.required,
    header: authentication.header,
    credentialOf: (headers, mayUseCookie) => credentialOf(headers, mayUseCookie, authentication.header),
    async authenticate(credential) {
      if (credential.kind !== 'key' || !TOKEN.test(credential.secret)) return authenticate?.(credential)
      try {
        return await verify(credential.secret)
      } catch (cause) {
        if (!(cause instanceof KeysUnavailable)) throw cause
        throw new Refusal(
          'AUTHENTICATION_UNAVAILABLE',
          "The token's issuer cannot be asked for its keys now.",
          {
            'retry-after': '5',
          },
        )
      }
    },
  }
}
