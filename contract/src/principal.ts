/** Roles, least able first. A role comes from the registry that knows the credential, never from an argument. */
export const AGENT_ROLES = ['GUEST', 'AGENT', 'EXPERT_AGENT', 'SYSTEM_AGENT', 'ADMIN'] as const
export type AgentRole = (typeof AGENT_ROLES)[number]

/** Who a verified credential belongs to. `keyId` names the credential, never its secret. */
export interface Principal {
  readonly agentId: string
  readonly role: AgentRole
  readonly keyId: string
}

/** Encodes a principal for the header between gateway and subgraph (HEADERS.principal), where it is signed beside. */
export function encodePrincipal(principal: Principal): string {
  return encodeURIComponent(JSON.stringify([principal.agentId, principal.role, principal.keyId]))
}

/** Decodes {@link encodePrincipal}; undefined for anything that is not one. The signature is checked by the caller first. */
export function decodePrincipal(text: string): Principal | undefined {
  try {
    const parts: unknown = JSON.parse(decodeURIComponent(text))
    if (!Array.isArray(parts) || parts.length !== 3) return undefined
    const [agentId, role, keyId] = parts as unknown[]
    if (typeof agentId !== 'string' || typeof keyId !== 'string') return undefined
    const known = AGENT_ROLES.find((name) => name === role)
    return known === undefined ? undefined : { agentId, role: known, keyId }
  } catch {
    return undefined
  }
}
