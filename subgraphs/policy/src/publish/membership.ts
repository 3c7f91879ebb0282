import type { Caller } from '../engine/over-packs.js'
import { isWithin } from '../sticky.js'
import type { Canary } from './state.js'

/** Whether a canary judges a caller: by role, by name, or by its sticky share of agents. */
export function isInCanary(
  { version, percentage, agents, roles }: Canary,
  { agentId, role }: Caller,
): boolean {
  return (
    roles.includes(role) ||
    agents.some((pattern) => matchesName(pattern, agentId)) ||
    isWithin(`policy:${version}`, agentId, percentage)
  )
}

/** `ci-*` stands for every name that begins so. Linear in the name: each piece is looked for once, from the left. */
export function matchesName(pattern: string, name: string): boolean {
  const [first = '', ...rest] = pattern.split('*')
  if (rest.length === 0) return pattern === name
  const last = rest.pop() ?? ''
  if (!name.startsWith(first) || name.length < first.length + last.length || !name.endsWith(last))
    return false
  let from = first.length
  for (const piece of rest) {
    const at = name.indexOf(piece, from)
    if (at < 0) return false
    from = at + piece.length
  }
  return from <= name.length - last.length
}
