import { createHash } from 'node:crypto'

/** Where an agent stands within a flag's share, from 0 (inclusive) to 100: SHA-256 of `flag:agent`, its first 32 bits. */
export function standingOf(name: string, agentId: string): number {
  const digest = createHash('sha256').update(`${name}:${agentId}`).digest()
  return (digest.readUInt32BE(0) / 0x1_0000_0000) * 100
}

/** Whether an agent is within a percentage; whoever is stays so while it grows. */
export function isWithin(name: string, agentId: string, percentage: number): boolean {
  return standingOf(name, agentId) < percentage
}
