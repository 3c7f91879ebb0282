import { join } from 'node:path'
import type { AgentRole, Principal } from '@lighthouse/contract/principal'
import type { Agent } from './agents.js'
import { type Book, type IssuedKey, openBook } from './book.js'
import { isEqual } from './hash.js'
import { keep } from './keep.js'
import { createLinks } from './links.js'
import { makeSecret, openSecrets } from './secrets.js'

export interface Credential {
  readonly kind: 'key' | 'session'
  readonly secret: string
}

export interface RegistryOptions {
  readonly dataDir: string
  /** Milliseconds since the epoch. */
  readonly clock?: () => number
}

/** Who may call, with which role, by which credential. The one place that a role comes from. */
export interface Registry {
  /** Whose credential it is; undefined when unknown, revoked or expired. Never throws. */
  authenticate(credential: Credential): Principal | undefined
  agent(id: string): Agent | undefined
  /** In the order in which they were made. */
  agents(): readonly Agent[]
  /** Throws when the id is taken or not 1 to 64 of `A–Z a–z 0–9 . _ -`, the role unknown, or 10,000 agents are there. */
  createAgent(agent: { readonly id: string; readonly name?: string; readonly role: AgentRole }): Agent
  /** Throws when there is no such agent or it has 100 keys. */
  createKey(agentId: string): IssuedKey
  /** False when there is no such key or it was revoked already. Counts at once. */
  revokeKey(keyId: string): boolean
  /** A token that opens one console session within five minutes. Throws when there is no such agent. */
  createLink(agentId: string): string
  /** The secret of a new session; undefined when the token is unknown, used or expired. */
  redeemLink(token: string): string | undefined
  /** Ends all console sessions of an agent. */
  endSessions(agentId: string): void
}

/** Whom the parts of Lighthouse are to each other. */
export const LIGHTHOUSE: Principal = { agentId: 'lighthouse', role: 'SYSTEM_AGENT', keyId: 'in-process' }

const FIRST_AGENTS: readonly Omit<Agent, 'createdAt'>[] = [
  { id: 'admin', name: 'Administrator', role: 'ADMIN' },
  { id: 'agent', name: 'First agent', role: 'AGENT' },
  { id: LIGHTHOUSE.agentId, name: 'Lighthouse', role: LIGHTHOUSE.role },
]

/**
 * Opens the registry of a data directory. The first opening makes the agents `admin` (ADMIN), `agent` (AGENT) and
 * `lighthouse` (SYSTEM_AGENT, without a key) and writes credentials.json (0600) with a key of the first two and the
 * ClickHouse analyst. Throws when a file of it is damaged. One process at a time may change a registry.
 */
export function openRegistry({ dataDir, clock = Date.now }: RegistryOptions): Registry {
  const { keyPepper, clickhouse } = openSecrets({ dataDir })
  const book = openBook(dataDir, keyPepper, clock)
  const links = createLinks()
  if (book.isNew) begin(book, join(dataDir, 'credentials.json'), clickhouse.analyst)

  const saved = <T>(result: T): T => {
    book.save()
    return result
  }
  return {
    authenticate({ kind, secret }) {
      const hash = book.hash(secret)
      if (hash === undefined) return undefined
      const record = kind === 'key' ? book.keys.get(hash) : book.sessions.use(hash, clock())
      if (record === undefined || !isEqual(record.hash, hash)) return undefined
      if ('revokedAt' in record && record.revokedAt !== null) return undefined
      const agent = book.agents.get(record.agentId)
      return agent === undefined ? undefined : { agentId: agent.id, role: agent.role, keyId: record.id }
    },
    agent: (id) => book.agents.get(id),
    agents: () => [...book.agents.values()],
    createAgent: ({ id, name = id, role }) => saved(book.addAgent({ id, name, role })),
    createKey: (agentId) => saved(book.addKey(agentId)),
    revokeKey: (keyId) => saved(book.revokeKey(keyId)),
    createLink(agentId) {
      if (!book.agents.has(agentId)) throw new Error(`There is no agent ${JSON.stringify(agentId)}.`)
      const token = makeSecret()
      links.add(book.hash(token) ?? '', agentId, clock())
      return token
    },
    redeemLink(token) {
      const agentId = links.take(book.hash(token) ?? '', clock())
      return agentId === undefined ? undefined : saved(book.addSession(agentId))
    },
    endSessions: (agentId) => saved(book.sessions.revoke(agentId)),
  }
}

/**
 * Credentials first: when registry.json is there, so are they. A crash between the two leaves keys that nobody knows,
 * and the next opening begins again.
 */
function begin(book: Book, path: string, analyst: unknown): void {
  for (const agent of FIRST_AGENTS) book.addAgent(agent)
  const adminKey = book.addKey('admin').secret
  const agentKey = book.addKey('agent').secret
  keep(path, { adminKey, agentKey, clickhouse: analyst })
  book.save()
}
