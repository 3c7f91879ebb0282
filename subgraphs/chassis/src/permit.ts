import { AGENT_ROLES, type AgentRole, type Principal } from '@lighthouse/contract/principal'
import { coded } from './errors.js'
import type { Scope } from './scope.js'

/** Whether `role` can do whatever `least` can. Roles are ordered, least able first. */
export function mayActAs(role: AgentRole, least: AgentRole): boolean {
  return AGENT_ROLES.indexOf(role) >= AGENT_ROLES.indexOf(least)
}

/** The principal of the request when its role is at least `least`; throws UNAUTHENTICATED or FORBIDDEN otherwise. */
export function permit(scope: Pick<Scope, 'principal'>, least: AgentRole, action: string): Principal {
  const { principal } = scope
  if (principal === undefined) {
    throw coded('UNAUTHENTICATED', `To ${action}, send a credential: Authorization: Bearer <key>.`)
  }
  if (!mayActAs(principal.role, least)) {
    throw coded(
      'FORBIDDEN',
      `To ${action} takes role ${least} or above; this credential is ${principal.role}.`,
    )
  }
  return principal
}
