import type { IncomingHttpHeaders } from 'node:http'
import type { Principal } from '@lighthouse/contract/principal'
import { Refusal } from './errors.js'

/** What a caller proves itself with: an API key, or the secret of a console session. */
export interface Credential {
  readonly kind: 'key' | 'session'
  readonly secret: string
}

/** Says who a credential belongs to; undefined when it is unknown or expired. Throwing counts as our fault (500). */
export type Authenticate = (credential: Credential) => Principal | undefined | Promise<Principal | undefined>

/** How it is found out who a credential belongs to. */
export interface Identifying {
  /** Absent: nobody is asked, and everybody is nobody. */
  readonly authenticate: Authenticate | undefined
  /** Nobody is let in without a credential. A credential that is no good is refused either way. */
  readonly isRequired: boolean
}

export const SESSION_COOKIE = 'lighthouse_session'

/** No credential is longer; longer ones are not looked up. Tokens with many claims are the longest. */
const MAX_SECRET_CHARACTERS = 8_192

/**
 * The credential in an `Authorization: Bearer` header or alone in the header that is named, else in the session cookie
 * where it may speak for the request; undefined when there is none.
 */
export function credentialOf(
  headers: IncomingHttpHeaders,
  mayUseCookie = true,
  header = 'authorization',
): Credential | undefined {
  const given = headers[header]
  if (typeof given === 'string') return header === 'authorization' ? bearer(given) : alone(given)
  // SameSite does not tell ports apart: a page of another port on this machine would bring the cookie too.
  if (!mayUseCookie || !isOwnPage(headers)) return undefined
  const secret = cookie(headers.cookie, SESSION_COOKIE)
  return secret === undefined ? undefined : { kind: 'session', secret }
}

function isOwnPage({ origin, host }: IncomingHttpHeaders): boolean {
  return origin === undefined || origin === `http://${host}` || origin === `https://${host}`
}

/** The credential of an `Authorization` value. Throws a {@link Refusal} for any other scheme than Bearer. */
export function bearer(authorization: string): Credential {
  const secret = /^Bearer +([^\s]+) *$/i.exec(authorization)?.[1]
  if (secret === undefined || secret.length > MAX_SECRET_CHARACTERS) {
    throw new Refusal('UNAUTHENTICATED', 'Send the key as "Authorization: Bearer <key>".', CHALLENGE)
  }
  return { kind: 'key', secret }
}

/** The credential of a header that has nothing else. */
function alone(secret: string): Credential {
  return bearer(/^Bearer /i.test(secret) ? secret : `Bearer ${secret}`)
}

const CHALLENGE = { 'www-authenticate': 'Bearer' }

/**
 * Who is calling; undefined for nobody, where nobody may call. Throws a {@link Refusal}: UNAUTHENTICATED when a credential
 * is missing or not known.
 */
export function identify(
  credential: Credential | undefined,
  { authenticate, isRequired }: Identifying,
): undefined | Promise<Principal | undefined> {
  if (authenticate === undefined) return undefined
  if (credential === undefined) {
    if (!isRequired) return undefined
    const message = 'A key is needed: send it as "Authorization: Bearer <key>".'
    throw new Refusal('UNAUTHENTICATED', message, CHALLENGE)
  }
  return known(credential, authenticate)
}

async function known(credential: Credential, authenticate: Authenticate): Promise<Principal> {
  const principal = await authenticate(credential)
  if (principal !== undefined) return principal
  throw new Refusal('UNAUTHENTICATED', `The ${credential.kind} is unknown or expired.`, CHALLENGE)
}

function cookie(header: string | undefined, name: string): string | undefined {
  for (const part of header?.split(';') ?? []) {
    const at = part.indexOf('=')
    if (at > 0 && part.slice(0, at).trim() === name) {
      const value = part.slice(at + 1).trim()
      return value === '' || value.length > MAX_SECRET_CHARACTERS ? undefined : value
    }
  }
  return undefined
}
