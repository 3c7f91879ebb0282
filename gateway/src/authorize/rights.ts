import type { Principal } from '@lighthouse/contract/principal'
import type { Demand } from './demand.js'
import type { AuthorizationSettings } from './settings.js'

/** Which of a supergraph's demands a caller meets. Callers of one key see the same graph. */
export interface View {
  readonly key: string
  meets(demands: readonly number[]): boolean
}

/** The views of callers; remembered for as long as their principals are. */
export function createViews(
  demands: readonly Demand[],
  { roles }: Pick<AuthorizationSettings, 'roles'>,
): (principal: Principal | undefined) => View {
  const known = new WeakMap<Principal, View>()
  const viewOf = (principal: Principal | undefined): View => {
    const ofRole = principal === undefined ? undefined : roles?.[principal.role]
    const held = {
      scopes: new Set([...(principal?.scopes ?? []), ...(ofRole?.scopes ?? [])]),
      policies: new Set([...(principal?.policies ?? []), ...(ofRole?.policies ?? [])]),
    }
    const met = demands.map((demand) =>
      demand.kind === 'authenticated'
        ? principal !== undefined
        : demand.anyOf.some((all) => all.every((name) => held[demand.kind].has(name))),
    )
    return {
      key: met.map((one) => (one ? '1' : '0')).join(''),
      meets: (numbers) => numbers.every((number) => met[number] === true),
    }
  }
  const stranger = viewOf(undefined)
  return (principal) => {
    if (principal === undefined) return stranger
    const before = known.get(principal)
    if (before !== undefined) return before
    const view = viewOf(principal)
    known.set(principal, view)
    return view
  }
}
