import type { KeptAnswer, SubgraphTransport } from '@lighthouse/contract/subgraph-request'
import { exactText } from '../exact-json.js'
import type { Received } from '../receive.js'
import type { Answer, Respond } from '../respond.js'
import type { Facts, Scope } from '../scope.js'
import { hashed } from './cached-query.js'
import { callerKey } from './caller-key.js'
import type { EntityCache } from './entity-cache.js'
import { Freshness, MAX_TAGS } from './freshness.js'
import type { CacheSettings } from './settings.js'

export interface CachedAnswersOptions {
  readonly cache: EntityCache
  readonly settings: CacheSettings
  readonly transports: ReadonlyMap<string, SubgraphTransport>
  readonly version: string
  /** The header that callers prove themselves with, when it is another than `authorization`. */
  readonly credentialHeader?: string | undefined
  readonly now?: () => number
}

/**
 * Says in each answer how long its client may keep it: as long as the least of what it was made of. Where `responses` is on,
 * whole answers to queries are kept as well, by document, variables and all that decides what the caller may be told, until
 * then or until something in them is invalidated.
 */
export function cachedAnswers(respond: Respond, options: CachedAnswersOptions): Respond {
  const { cache, settings, now = Date.now } = options
  const vary = varyOf(options)
  return async (received, scope) => {
    const keys = settings.responses && !received.walk ? keysOf(received, scope, options) : []
    const found = (await cache.getMany(keys)).find((one) => one !== undefined)
    if (found !== undefined) {
      const { answer, facts, kept } = readStored(found.entry.text)
      Object.assign(scope.facts, facts)
      return { ...answer, headers: { ...answer.headers, ...cacheHeaders(kept, scope, { vary, now }) } }
    }
    const freshness = new Freshness()
    scope.freshness = freshness
    const answer = await respond(received, scope)
    const { facts, answerHeaders = {} } = scope
    const isWhole = answer.later === undefined
    const isPlain = isWhole && answer.status === 200 && facts.errorCode === '' && facts.type === 'query'
    const hasOwnHeaders = Object.keys(answerHeaders).length > 0
    if (!isPlain || hasOwnHeaders || freshness.isUnkept) return withHeaders(answer, UNKEPT)
    const { kept } = freshness
    // No subgraph was asked.
    if (kept === undefined) return answer
    const key = keys[kept.isPrivate ? 1 : 0]
    if (key !== undefined && kept.tags.length <= MAX_TAGS) {
      const { askedAt, untilAt, tags } = kept
      cache.setMany([[key, { text: stored(answer, facts, kept), askedAt, ttlMs: untilAt - askedAt, tags }]])
    }
    return withHeaders(answer, cacheHeaders(kept, scope, { vary, now }))
  }
}

const UNKEPT = { 'cache-control': 'no-store' } as const

/** By what everybody of a kind is told, and by what this caller is. */
function keysOf(
  received: Received,
  { principal, clientHeaders }: Scope,
  { transports, version }: CachedAnswersOptions,
): string[] {
  const { query, variables, body, search, headers } = received
  if (query === undefined) return []
  const name = body === undefined ? new URLSearchParams(search).get('operationName') : body['operationName']
  const question = hashed(exactText([query, name ?? null, variables ?? null, headers.accept ?? null]) ?? '')
  const identityOf: SubgraphTransport['identityOf'] = (request) =>
    JSON.stringify([...transports.values()].map((one) => one.identityOf?.(request)))
  return [false, true].map((isPrivate) => {
    const caller = hashed(callerKey({ principal, clientHeaders }, { identityOf }, isPrivate))
    return [version, 'answer', isPrivate ? 'private' : 'public', question, caller].join(' ')
  })
}

/** All that another caller's answer may differ by, for caches between us and the client. */
function varyOf({ transports, credentialHeader = 'authorization' }: CachedAnswersOptions): string {
  const forwarded = [...transports.values()].flatMap(({ forwards = [] }) => forwards)
  return [...new Set(['origin', 'accept', 'authorization', credentialHeader, 'cookie', ...forwarded])].join(
    ', ',
  )
}

/** An answer is public only to who showed nothing: a cache in between knows roles by nothing else. */
function cacheHeaders(
  { untilAt, isPrivate }: Pick<KeptAnswer, 'untilAt' | 'isPrivate'>,
  { principal, clientHeaders = {} }: Scope,
  { vary, now }: { readonly vary: string; readonly now: () => number },
): Record<string, string> {
  const seconds = Math.floor((untilAt - now()) / 1_000)
  if (seconds < 1) return UNKEPT
  const hasShown = principal !== undefined || 'authorization' in clientHeaders || 'cookie' in clientHeaders
  const scope = isPrivate || hasShown ? 'private' : 'public'
  return { 'cache-control': `max-age=${seconds}, ${scope}`, vary }
}

function withHeaders(answer: Answer, headers: Readonly<Record<string, string>>): Answer {
  return { ...answer, headers: { ...answer.headers, ...headers } }
}

type StoredFacts = Pick<Facts, 'operation' | 'type' | 'hash'>

function stored({ headers, text }: Answer, { operation, type, hash }: Facts, kept: KeptAnswer): string {
  const { untilAt, isPrivate } = kept
  return `${JSON.stringify([headers, { operation, type, hash }, { untilAt, isPrivate }])}\n${text}`
}

function readStored(text: string) {
  const end = text.indexOf('\n')
  const [headers, facts, kept] = JSON.parse(text.slice(0, end)) as [
    Answer['headers'],
    StoredFacts,
    Pick<KeptAnswer, 'untilAt' | 'isPrivate'>,
  ]
  return { answer: { status: 200, headers, text: text.slice(end + 1) }, facts, kept }
}
