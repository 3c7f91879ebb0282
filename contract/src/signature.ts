/** A signature counts for so long after it was made, and before, as clocks may differ: longer than a call waits to be sent. */
export const SIGNATURE_LIFE_MS = 120_000

export interface Signature {
  /** When it was made, in milliseconds since the epoch. */
  readonly at: number
  /** Hex HMAC-SHA256 of {@link signedText} under the secret that gateway and subgraphs share. */
  readonly mac: string
}

/** The text that is signed: when, for whom (the principal header, empty where there is none) and what (the body). */
export function signedText(at: number, principalHeader: string, body: string): string {
  return `v1\n${at}\n${principalHeader}\n${body}`
}

/**
 * What stands for the body where there is none, as for a subscription over a socket: query and variables as they are sent
 * there.
 */
export function bodyText(
  query: string,
  variables: Readonly<Record<string, unknown>> | null | undefined,
): string {
  return JSON.stringify({ query, variables: variables ?? {} })
}

/** Writes a signature for its header (HEADERS.signature). */
export function encodeSignature({ at, mac }: Signature): string {
  return `v1.${at}.${mac}`
}

/** Reads {@link encodeSignature}; undefined for anything that is not one, or that does not count at `now`. */
export function decodeSignature(text: string, now: number): Signature | undefined {
  const [, at, mac] = /^v1\.(\d{1,15})\.([0-9a-f]{64})$/.exec(text) ?? []
  if (at === undefined || mac === undefined) return undefined
  if (Math.abs(now - Number(at)) > SIGNATURE_LIFE_MS) return undefined
  return { at: Number(at), mac }
}
