import type { AgentRole } from '@lighthouse/contract/principal'

/** Someone who may hold credentials. `createdAt` is milliseconds since the epoch. */
export interface Agent {
  readonly id: string
  readonly name: string
  readonly role: AgentRole
  readonly createdAt: number
}

/** A key as it is kept: never the secret, only its keyed hash. */
export interface KeyRecord {
  readonly id: string
  readonly agentId: string
  /** Hex HMAC-SHA256 of the secret under the pepper. */
  readonly hash: string
  readonly createdAt: number
  readonly revokedAt: number | null
}

export interface SessionRecord {
  readonly id: string
  readonly agentId: string
  readonly hash: string
  readonly createdAt: number
}

/** What registry.json holds. */
export interface RegistryFile {
  readonly version: 1
  readonly agents: readonly Agent[]
  readonly keys: readonly KeyRecord[]
  readonly sessions: readonly SessionRecord[]
}

/** Reads registry.json's value. Throws, naming what is wrong, rather than letting anyone in by a damaged file. */
export function toRegistryFile(value: unknown, path: string): RegistryFile {
  if (value === undefined) return { version: 1, agents: [], keys: [], sessions: [] }
  const file = value as Partial<RegistryFile> | null
  const lists = [file?.agents, file?.keys, file?.sessions]
  if (file?.version !== 1 || !lists.every(Array.isArray)) {
    throw new Error(`${path} is damaged or of another version. Restore it from a backup.`)
  }
  return file as RegistryFile
}
