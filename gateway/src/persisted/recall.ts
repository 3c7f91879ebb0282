import { Refusal } from '../errors.js'
import type { Asked } from '../receive.js'
import { sha256 } from './automatic.js'
import type { Documents, Mode } from './documents.js'

/** The document that a request means. */
export interface Recalled {
  readonly query: string | undefined
  /** Its operator has read it, so that it passes the limits. */
  readonly trusted: boolean
  /** Keeps it for requests that send only its hash; called once it is let in. */
  readonly register?: (() => void) | undefined
}

const SHA256 = /^[0-9a-f]{64}$/

/** Finds the document of a request that sends an id instead, and throws a {@link Refusal} for one that may not run. */
export function recall(asked: Asked, documents: Documents, mode: Mode): Recalled | Promise<Recalled> {
  const id = idOf(asked)
  if (id === undefined) return freeform(asked.query, documents, mode)
  const trusted = documents.trusted?.byId(id)
  if (trusted !== undefined) {
    if (asked.query !== undefined && asked.query !== trusted) throw mismatch()
    return { query: trusted, trusted: true }
  }
  if (asked.query === undefined) return byHash(id, documents, mode)
  if (!SHA256.test(id) || sha256(asked.query) !== id) throw mismatch()
  const { automatic } = documents
  const found = freeform(asked.query, documents, mode)
  if (automatic === undefined || mode === 'enforce') return found
  return { ...found, register: () => automatic.register(id, found.query ?? '') }
}

/** A request that sends its text. */
function freeform(query: string | undefined, documents: Documents, mode: Mode): Recalled {
  if (query === undefined) return { query, trusted: false }
  const trusted = documents.trusted?.has(query) === true
  if (trusted || mode === 'off') return { query, trusted }
  if (mode === 'enforce') {
    const message =
      'Only trusted documents run here. Publish this one with `lighthouse operations publish`, or send one that is published.'
    throw new Refusal('QUERY_NOT_IN_SAFELIST', message)
  }
  documents.note(query)
  return { query, trusted }
}

/** A request that sends a hash alone. */
async function byHash(id: string, documents: Documents, mode: Mode): Promise<Recalled> {
  const { automatic, trusted } = documents
  const isHash = SHA256.test(id)
  if (trusted !== undefined && (automatic === undefined || mode === 'enforce' || !isHash)) {
    throw new Refusal('PERSISTED_QUERY_NOT_IN_LIST', `No trusted document has the id ${id.slice(0, 256)}.`)
  }
  if (automatic === undefined) {
    throw new Refusal('PERSISTED_QUERY_NOT_SUPPORTED', 'PersistedQueryNotSupported', UNCACHED)
  }
  if (!isHash) throw new Refusal('BAD_REQUEST', 'The hash is not a SHA-256 in 64 hex digits.')
  const query = await automatic.get(id)
  // The message is the protocol's: clients look for it and send the text along.
  if (query === undefined) throw new Refusal('PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound', UNCACHED)
  return freeform(query, documents, mode)
}

const UNCACHED = { 'cache-control': 'no-store' }

function mismatch(): Refusal {
  return new Refusal('BAD_REQUEST', 'The document is not the one that its hash or id says.')
}

/** `documentId` (GraphQL over HTTP, persisted documents), or `extensions.persistedQuery.sha256Hash` (Apollo). */
function idOf({ documentId, extensions }: Asked): string | undefined {
  if (typeof documentId === 'string') return documentId.replace(/^sha256:/, '')
  if (documentId !== undefined && documentId !== null)
    throw new Refusal('BAD_REQUEST', '"documentId" is no text.')
  if (typeof extensions !== 'object' || extensions === null || !('persistedQuery' in extensions))
    return undefined
  const given: unknown = extensions.persistedQuery
  if (given === null) return undefined
  if (
    typeof given === 'object' &&
    given !== null &&
    'sha256Hash' in given &&
    typeof given.sha256Hash === 'string'
  ) {
    if (!('version' in given) || given.version === 1) return given.sha256Hash
    throw new Refusal('BAD_REQUEST', 'Version 1 of persisted queries is spoken here, no other.')
  }
  throw new Refusal('BAD_REQUEST', 'extensions.persistedQuery has no sha256Hash.')
}
