import type { ServerResponse } from 'node:http'
import { SESSION_COOKIE } from '../credential.js'

/** Exchanges a one-time console link for the secret of a new session; undefined when the link is spent or unknown. */
export type RedeemLink = (token: string) => string | undefined | Promise<string | undefined>

const TOKEN = /^[A-Za-z0-9_-]{16,256}$/

/** Redeems the token of a console link, sets the session cookie and leads to the console. False when it is no good. */
export async function followLink(
  token: string,
  redeemLink: RedeemLink | undefined,
  response: ServerResponse,
): Promise<boolean> {
  const secret = redeemLink !== undefined && TOKEN.test(token) ? await redeemLink(token) : undefined
  if (secret === undefined) return false
  response.writeHead(303, {
    location: '/console/',
    // Without Secure: the console is also served on http://127.0.0.1, where browsers would drop such a cookie.
    'set-cookie': `${SESSION_COOKIE}=${secret}; HttpOnly; SameSite=Strict; Path=/`,
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
  })
  response.end()
  return true
}
