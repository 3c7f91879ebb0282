/** Roles, least able first. A role comes from the registry that knows the credential, never from an argument. */
export const AGENT_ROLES = ['GUEST', 'AGENT', 'EXPERT_AGENT', 'SYSTEM_AGENT', 'ADMIN'] as const
export type AgentRole = (typeof AGENT_ROLES)[number]

/** Who a verified credential belongs to. `keyId` names the credential, never its secret. */
export interface Principal {
  readonly agentId: string
  readonly role: AgentRole
  readonly keyId: string
  /** What the credential says that its bearer may do; absent where only the role counts. */
  readonly scopes?: readonly string[]
  /** Names of the policies that the credential says hold for its bearer. */
  readonly policies?: readonly string[]
}

/** Encodes a principal for the header between gateway and subgraph (HEADERS.principal), where it is signed beside. */
export function encodePrincipal(principal: Principal): string {
  const { agentId, role, keyId, scopes, policies } = principal
  const claimed = scopes === undefined && policies === undefined ? [] : [scopes ?? [], policies ?? []]
  return encodeURIComponent(JSON.stringify([agentId, role, keyId, ...claimed]))
}

/** Decodes {@link encodePrincipal}; undefined for anything that is not one. The signature is checked by the caller first. */
export function decodePrincipal(text: string): Principal | undefined {
  try {
    const parts: unknown = JSON.parse(decodeURIComponent(text))
    if (!Array.isArray(parts) || (parts.length !== 3 && parts.length !== 5)) return undefined
    const [agentId, role, keyId, ...claimed] = parts as unknown[]
    if (typeof agentId !== 'string' || typeof keyId !== 'string') return undefined
    const known = AGENT_ROLES.find((name) => name === role)
    if (known === undefined || !claimed.every(isNames)) return undefined
    const [scopes, policies] = claimed
    return { agentId, role: known, keyId, ...(scopes && { scopes }), ...(policies && { policies }) }
  } catch {
    return undefined
  }
}

function isNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string')
}

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
