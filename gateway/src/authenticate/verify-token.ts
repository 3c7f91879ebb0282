import { createHash } from 'node:crypto'
import type { Principal } from '@lighthouse/contract/principal'
import { decodeJwt, errors, type JWTPayload, jwtVerify } from 'jose'
import { LRUCache } from 'lru-cache'
import type { AuthorizationSettings } from '../authorize/settings.js'
import { claimedNames } from './claimed-names.js'
import type { KeySets } from './key-sets.js'
import type { AuthenticationSettings, IssuerSettings } from './settings.js'

/** A token that was verified is believed for so long without its signature being looked at again (100 to 230 µs). */
const BELIEVED_MS = 60_000
/** The least recently used is looked at again. */
const MAX_BELIEVED = 10_000
const MAX_SUBJECT_CHARACTERS = 512

/** Who a token speaks for; undefined for one that is not genuine, not meant for us, or not valid now. */
export type VerifyToken = (token: string) => Promise<Principal | undefined>

export interface VerifyTokenOptions {
  readonly issuers: AuthenticationSettings['jwt']
  readonly claims: Pick<AuthorizationSettings, 'scopesClaim' | 'policiesClaim'>
  readonly keySets: KeySets
  readonly now?: () => number
}

interface Believed {
  readonly principal: Principal
  readonly until: number
}

/**
 * Verifies JSON Web Tokens (RFC 7519): signature by a key of the issuer's set with one of its algorithms, issuer, audience,
 * expiry. What the token says of where its key is (`jku`, `x5u`, `jwk`) is not looked at. Rejects with KeysUnavailable when
 * the keys cannot be had.
 */
export function createTokenVerifier(options: VerifyTokenOptions): VerifyToken {
  const { claims, keySets, now = Date.now } = options
  const issuers = new Map(options.issuers.map((one) => [one.issuer, one]))
  const believed = new LRUCache<string, Believed>({ max: MAX_BELIEVED })
  return async (token) => {
    const id = createHash('sha256').update(token).digest('base64')
    const known = believed.get(id)
    if (known !== undefined && now() < known.until) return known.principal
    const issuer = issuers.get(issuerOf(token) ?? '')
    if (issuer === undefined) return undefined
    const verified = await verify(token, issuer, { keySets, now })
    const principal = verified === undefined ? undefined : principalOf(verified, issuer, claims)
    if (verified === undefined || principal === undefined) return undefined
    const { exp = 0 } = verified.payload
    believed.set(id, {
      principal,
      until: Math.min(exp * 1_000 + issuer.clockToleranceMs, now() + BELIEVED_MS),
    })
    return principal
  }
}

/** Only says which keys to look among: nothing of it is believed before. */
function issuerOf(token: string): string | undefined {
  try {
    return decodeJwt(token).iss
  } catch {
    return undefined
  }
}

interface Verified {
  readonly payload: JWTPayload
  readonly kid: string
}

async function verify(
  token: string,
  { issuer, jwksUrl, audience, algorithms, clockToleranceMs }: IssuerSettings,
  { keySets, now }: { readonly keySets: KeySets; readonly now: () => number },
): Promise<Verified | undefined> {
  const keys = keySets.of(jwksUrl)
  try {
    const { payload, protectedHeader } = await jwtVerify(token, (header, jws) => keys.keyFor(header, jws), {
      issuer,
      audience: [...audience],
      algorithms: [...algorithms],
      clockTolerance: clockToleranceMs / 1_000,
      requiredClaims: ['exp', 'sub'],
      currentDate: new Date(now()),
    })
    return { payload, kid: protectedHeader.kid ?? '' }
  } catch (cause) {
    if (cause instanceof errors.JOSEError || cause instanceof TypeError) return undefined
    throw cause
  }
}

/** Issuer and subject together name somebody (OpenID Connect Core, section 2): no two issuers share a caller. */
function principalOf(
  { payload, kid }: Verified,
  { issuer, role }: IssuerSettings,
  { scopesClaim, policiesClaim }: VerifyTokenOptions['claims'],
): Principal | undefined {
  const { sub } = payload
  if (typeof sub !== 'string' || sub === '' || sub.length > MAX_SUBJECT_CHARACTERS) return undefined
  return {
    agentId: `${issuer}#${sub}`,
    role,
    keyId: `jwt:${kid.slice(0, 128)}`,
    scopes: claimedNames(payload, scopesClaim),
    policies: claimedNames(payload, policiesClaim),
  }
}
