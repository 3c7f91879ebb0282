import type { Principal } from '@lighthouse/contract/principal'
import { LRUCache } from 'lru-cache'
import * as z from 'zod'
import type { Log } from '../scope.js'
import { type Automatic, createAutomatic, type PersistedStore, sha256 } from './automatic.js'
import type { Manifest } from './manifest.js'
import type { ManifestSource } from './manifest-source.js'
import { openTrusted, type Trusted } from './trusted.js'

/** What becomes of documents that are not trusted: they run, they run and are logged, or they are refused. */
export const MODES = ['off', 'log', 'enforce'] as const
export type Mode = (typeof MODES)[number]

/** The shape of `operations` in a configuration file. */
export const operationsSection = z.strictObject({
  automatic: z.boolean().default(true).describe('Clients may register documents by their hash.'),
  manifest: z.string().optional().describe('File with the trusted documents.'),
  mode: z.enum(MODES).default('off').describe('What becomes of documents that are not trusted.'),
  roles: z.record(z.string(), z.enum(MODES)).optional().describe('The same for callers of a role.'),
})

/** What becomes of documents that are not trusted, and for whom it is otherwise: by role, or for ANONYMOUS. */
export interface ModeOptions {
  readonly mode?: Mode | undefined
  readonly roles?: Readonly<Record<string, Mode>> | undefined
}

export type ModeOf = (principal: Principal | undefined) => Mode

/** Throws when documents are to be enforced and none are trusted. */
export function createModeOf(
  { mode = 'off', roles = {} }: ModeOptions,
  trusted: Trusted | undefined,
): ModeOf {
  if (trusted === undefined && [mode, ...Object.values(roles)].includes('enforce')) {
    throw new Error(
      'Trusted documents are to be enforced, but there is no manifest of them (operations.manifest).',
    )
  }
  return (principal) => roles[principal?.role ?? 'ANONYMOUS'] ?? mode
}

export interface DocumentOptions {
  readonly automatic?: boolean | undefined
  /** Shares what clients registered with other gateways. */
  readonly store?: PersistedStore | undefined
  readonly manifest?: ManifestSource | undefined
  /** Trusted whatever the manifest says. */
  readonly own?: Manifest | undefined
}

/** Documents that requests may mean without sending them. */
export interface Documents extends Disposable {
  readonly automatic: Automatic | undefined
  readonly trusted: Trusted | undefined
  /** Says once that a document is not trusted. */
  note(query: string): void
}

/** Untrusted documents that are remembered as told, so that a log does not fill up with one of them. */
const MAX_TOLD = 1_000
const NO_DOCUMENTS: Manifest = new Map()

/** Rejects when the manifest cannot be used. */
export async function openDocuments(options: DocumentOptions, log: Log): Promise<Documents> {
  const { automatic = true, manifest, own = NO_DOCUMENTS } = options
  const trusted =
    manifest === undefined && own.size === 0 ? undefined : await openTrusted(manifest ?? NOWHERE, own, log)
  const told = new LRUCache<string, true>({ max: MAX_TOLD })
  return {
    automatic: automatic ? createAutomatic(options.store) : undefined,
    trusted,
    note(query) {
      const hash = sha256(query)
      if (told.has(hash)) return
      told.set(hash, true)
      log('a document is not trusted', { hash, query: query.slice(0, 500) })
    },
    [Symbol.dispose]: () => trusted?.[Symbol.dispose](),
  }
}

/** Every document is sent as text, and any may be. */
export const PLAIN_DOCUMENTS: Documents = {
  automatic: undefined,
  trusted: undefined,
  note: () => undefined,
  [Symbol.dispose]: () => undefined,
}

const NOWHERE: ManifestSource = {
  name: 'the documents of this program',
  read: () => Promise.resolve(undefined),
  watch: () => ({ [Symbol.dispose]: () => undefined }),
}
