import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { AGENT_ROLES } from '@lighthouse/contract/principal'
import { type Agent, type KeyRecord, toRegistryFile } from './agents.js'
import { hashOf } from './hash.js'
import { keep, kept } from './keep.js'
import { makeSecret } from './secrets.js'
import { type Sessions, createSessions } from './sessions.js'

export interface IssuedKey {
  readonly keyId: string
  /** Shown once; only its keyed hash is kept. */
  readonly secret: string
}

/** What registry.json says, in memory. Changes count at once; `save` puts them on disk. */
export interface Book {
  /** Whether registry.json was not there before. */
  readonly isNew: boolean
  readonly agents: ReadonlyMap<string, Agent>
  /** By hash. */
  readonly keys: ReadonlyMap<string, KeyRecord>
  readonly sessions: Sessions
  hash(secret: string): string | undefined
  addAgent(agent: Pick<Agent, 'id' | 'name' | 'role'>): Agent
  addKey(agentId: string): IssuedKey
  revokeKey(keyId: string): boolean
  /** The secret of a new session. */
  addSession(agentId: string): string
  save(): void
}

const AGENT_ID = /^[\w.-]{1,64}$/
const MAX_NAME_CHARS = 256
const MAX_AGENTS = 10_000
const MAX_KEYS = 100

/** Opens registry.json. Throws when it is damaged. */
export function openBook(dataDir: string, pepper: string, clock: () => number): Book {
  const path = join(dataDir, 'registry.json')
  const found = kept(path)
  const file = toRegistryFile(found, path)
  const agents = new Map(file.agents.map((agent) => [agent.id, agent]))
  const keys = new Map(file.keys.map((key) => [key.hash, key]))
  const sessions = createSessions(file.sessions, clock())
  const hash = (secret: string) => hashOf(pepper, secret)
  const record = (kind: string, agentId: string, secret: string) => ({
    id: `${kind}_${randomBytes(9).toString('base64url')}`,
    agentId,
    hash: hash(secret) ?? '',
    createdAt: clock(),
  })
  return {
    isNew: found === undefined,
    agents,
    keys,
    sessions,
    hash,
    addAgent(given) {
      refuseAgent(agents, given)
      const agent = { ...given, createdAt: clock() }
      agents.set(agent.id, agent)
      return agent
    },
    addKey(agentId) {
      if (!agents.has(agentId)) throw new Error(`There is no agent ${JSON.stringify(agentId)}.`)
      const own = [...keys.values()].filter((key) => key.agentId === agentId && key.revokedAt === null)
      if (own.length >= MAX_KEYS) throw new Error(`Agent ${agentId} has ${MAX_KEYS} keys; revoke one first.`)
      const secret = `lh_${makeSecret()}`
      const key = { ...record('key', agentId, secret), revokedAt: null }
      keys.set(key.hash, key)
      return { keyId: key.id, secret }
    },
    revokeKey(keyId) {
      const key = [...keys.values()].find((each) => each.id === keyId)
      if (key === undefined || key.revokedAt !== null) return false
      keys.set(key.hash, { ...key, revokedAt: clock() })
      return true
    },
    addSession(agentId) {
      const secret = makeSecret()
      sessions.add(record('session', agentId, secret), clock())
      return secret
    },
    save: () =>
      keep(path, {
        version: 1,
        agents: [...agents.values()],
        keys: [...keys.values()],
        sessions: sessions.records(clock()),
      }),
  }
}

function refuseAgent(
  agents: ReadonlyMap<string, Agent>,
  { id, name, role }: Pick<Agent, 'id' | 'name' | 'role'>,
): void {
  if (!AGENT_ID.test(id))
    throw new Error(`${JSON.stringify(id)} is no agent id: 1 to 64 of A–Z a–z 0–9 . _ -`)
  if (name === '' || name.length > MAX_NAME_CHARS)
    throw new Error(`A name has 1 to ${MAX_NAME_CHARS} characters.`)
  if (!AGENT_ROLES.includes(role)) throw new Error(`${JSON.stringify(role)} is no role.`)
  if (agents.has(id)) throw new Error(`Agent ${id} is there already.`)
  if (agents.size >= MAX_AGENTS) throw new Error(`There are ${MAX_AGENTS} agents already.`)
}
