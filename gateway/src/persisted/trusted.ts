import type { Log } from '../scope.js'
import { type Manifest, parseManifest } from './manifest.js'
import type { ManifestSource } from './manifest-source.js'

/** The documents that an operator has read and lets in. */
export interface Trusted extends Disposable {
  byId(id: string): string | undefined
  /** True for the exact text of a trusted document. */
  has(query: string): boolean
  readonly size: number
}

interface Held {
  readonly manifest: Manifest
  readonly texts: ReadonlySet<string>
}

/**
 * Loads the trusted documents and loads them again when they change: a manifest that cannot be used is logged, and the
 * one before it kept. Rejects when the first one cannot be used. `own` are trusted whatever the manifest says.
 */
export async function openTrusted(source: ManifestSource, own: Manifest, log: Log): Promise<Trusted> {
  let held = await load(source, own)
  let loading: Promise<void> | undefined
  let again = false
  const reload = async (): Promise<void> => {
    try {
      held = await load(source, own)
      log('trusted documents were loaded', { from: source.name, documents: held.manifest.size })
    } catch (cause) {
      log('trusted documents stay as they were', { from: source.name, cause: messageOf(cause) })
    }
    loading = again ? ((again = false), reload()) : undefined
  }
  const watching = source.watch(() => {
    if (loading === undefined) loading = reload()
    else again = true
  })
  return {
    byId: (id) => held.manifest.get(id),
    has: (query) => held.texts.has(query),
    get size() {
      return held.manifest.size
    },
    [Symbol.dispose]: () => watching[Symbol.dispose](),
  }
}

async function load(source: ManifestSource, own: Manifest): Promise<Held> {
  const text = await source.read()
  const published = text === undefined ? [] : parseManifest(text, source.name)
  const manifest = new Map([...own, ...published])
  return { manifest, texts: new Set(manifest.values()) }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}
