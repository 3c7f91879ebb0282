import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import * as z from 'zod'
import { bearer } from '../credential.js'
import { Refusal } from '../errors.js'
import { checkContentType, readBody } from '../http/read-body.js'
import type { ServeRoute } from '../perform.js'
import type { EntityCache } from './entity-cache.js'
import { TAGS } from './entity-tags.js'

const MAX_BODY_BYTES = 65_536
const names = z.array(z.string().min(1)).max(1_000).default([])

const asked = z.strictObject({
  tags: names,
  types: names,
  subgraphs: names,
  /** Each with its type and the fields of one of its keys. */
  entities: z
    .array(z.looseObject({ __typename: z.string() }))
    .max(1_000)
    .default([]),
})

export interface Invalidating {
  readonly cache: EntityCache | undefined
  /** Undefined: nobody may invalidate. */
  readonly secret: string | undefined
}

/**
 * POST /cache/invalidate with `Authorization: Bearer <secret>` and `{"tags","types","subgraphs","entities"}`: nothing that
 * was fetched until now and is named is served any more, by any gateway. Answers `{"invalidated": <number of names>}`, and
 * beside it, where gateways share a cache, whether the others know it: `"shared": false` means as soon as Redis is back.
 */
export function invalidateRoute(current: () => Invalidating): ServeRoute {
  return async (request, response) => {
    const { cache, secret } = current()
    if (cache === undefined || secret === undefined) {
      throw new Refusal(
        'NOT_FOUND',
        'This gateway has no cache that may be invalidated (cache.invalidation).',
      )
    }
    if (request.method !== 'POST') {
      throw new Refusal('METHOD_NOT_ALLOWED', 'The cache is invalidated with POST.', { allow: 'POST' })
    }
    if (!isSecret(request, secret)) {
      const headers = { 'www-authenticate': 'Bearer' }
      throw new Refusal(
        'UNAUTHENTICATED',
        'Send the secret of cache.invalidation as a Bearer token.',
        headers,
      )
    }
    checkContentType(request)
    const tags = tagsOf(await readBody(request, MAX_BODY_BYTES))
    const isShared = await cache.invalidate(tags)
    response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' })
    response.end(JSON.stringify({ invalidated: tags.length, shared: isShared }))
  }
}

function tagsOf(body: Buffer): string[] {
  let value: unknown
  try {
    value = JSON.parse(body.toString('utf8'))
  } catch {
    throw new Refusal('BAD_REQUEST', 'The body is not JSON.')
  }
  const { success, data, error } = asked.safeParse(value)
  if (!success) {
    const [issue] = error.issues
    const where = ['The body', ...(issue?.path ?? [])].join('.')
    throw new Refusal('BAD_REQUEST', `${where}: ${issue?.message ?? 'is not understood'}`)
  }
  return [
    ...data.tags.map(TAGS.named),
    ...data.types.map(TAGS.type),
    ...data.subgraphs.map(TAGS.subgraph),
    ...data.entities.map((entity) => TAGS.entity(entity.__typename, entity)),
  ]
}

/** Compared by digest, so that neither the time nor the length tells of the secret. */
function isSecret({ headers }: IncomingMessage, secret: string): boolean {
  if (headers.authorization === undefined) return false
  return timingSafeEqual(digest(bearer(headers.authorization).secret), digest(secret))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
