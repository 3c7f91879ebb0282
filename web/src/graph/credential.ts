/** The API key that a person pasted, for this tab only. Without one the session cookie of `lighthouse console` counts. */
const STORED_AS = 'lighthouse.key'

let inMemory: string | undefined

/** The pasted key, when there is one. */
export function readKey(): string | undefined {
  try {
    return sessionStorage.getItem(STORED_AS) ?? inMemory
  } catch {
    return inMemory
  }
}

/** Keeps a key for this tab, or forgets it. A browser that forbids storage keeps it until the page is left. */
export function keepKey(key: string | undefined): void {
  inMemory = key
  try {
    if (key === undefined) sessionStorage.removeItem(STORED_AS)
    else sessionStorage.setItem(STORED_AS, key)
  } catch {
    // Storage is forbidden: inMemory holds it.
  }
}

/** The header that carries the pasted key; empty without one. */
export function authorization(): { authorization?: string } {
  const key = readKey()
  return key === undefined ? {} : { authorization: `Bearer ${key}` }
}
