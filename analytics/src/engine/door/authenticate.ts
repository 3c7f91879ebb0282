import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { refusal } from '../engine-error.js'

/** Who may come through the door. Passwords are compared in constant time. */
export interface DoorUser {
  readonly user: string
  readonly password: string
  /** Read-only users cannot write, see files nor change settings, and have limits. */
  readonly readOnly: boolean
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function credentialsOf(
  headers: IncomingHttpHeaders,
  search: URLSearchParams,
): [user: string, password: string] {
  const user = headers['x-clickhouse-user']
  if (typeof user === 'string') return [user, String(headers['x-clickhouse-key'] ?? '')]
  const basic = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(headers.authorization ?? '')?.[1]
  if (basic !== undefined) {
    const [, name = '', password = ''] =
      /^([^:]*):([\s\S]*)$/.exec(Buffer.from(basic, 'base64').toString()) ?? []
    return [name, password]
  }
  return [search.get('user') ?? 'default', search.get('password') ?? '']
}

/** The user of a request: X-ClickHouse-User/-Key, else Basic, else `user` and `password`. Throws code 516. */
export function authenticateDoor(
  users: readonly DoorUser[],
  headers: IncomingHttpHeaders,
  search: URLSearchParams,
): DoorUser {
  const [name, password] = credentialsOf(headers, search)
  const given = sha256(password)
  let found: DoorUser | undefined
  for (const user of users) {
    const same = timingSafeEqual(sha256(user.password), given)
    if (user.user === name && same) found = user
  }
  if (found !== undefined) return found
  throw refusal(
    516,
    'AUTHENTICATION_FAILED',
    `${name}: Authentication failed: password is incorrect, or there is no user with such name.`,
  )
}
