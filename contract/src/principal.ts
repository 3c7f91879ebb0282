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
