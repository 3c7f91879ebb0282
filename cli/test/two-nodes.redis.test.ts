import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Subgraph } from '@lighthouse/chassis/define'
import { openLoads } from '@lighthouse/chassis/load'
import { connectRedis } from '@lighthouse/chassis/redis'
import type { Scope } from '@lighthouse/chassis/scope'
import type { Principal } from '@lighthouse/contract/principal'
import { POLICY_CHANNEL } from '@lighthouse/contract/redis-keys'
import { createEvents } from '@lighthouse/events/main'
import { openRegistry } from '@lighthouse/events/registry/registry'
import { openEngine } from '@lighthouse/policy/engine/engine'
import { openFlags } from '@lighthouse/policy/flags'
import { createPolicy } from '@lighthouse/policy/main'
import { governEngine } from '@lighthouse/policy/publish/govern'
import type { GovernedEngine } from '@lighthouse/policy/publish/govern'
import { decide } from '@lighthouse/validation/decide'
import type { House } from '@lighthouse/validation/decide'
import { openHouse } from '@lighthouse/validation/main'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { RedisServer } from './redis-server.js'

/** P-037 */
const VISIBLE_MS = 1_000
const POLICIES = fileURLToPath(new URL('../../policies', import.meta.url))
const AGENT: Principal = { agentId: 'agent', role: 'AGENT', keyId: 'k' }
const ADMIN: Principal = { agentId: 'admin', role: 'ADMIN', keyId: 'k' }
const CALL = {
  toolName: 'Bash',
  toolInput: { command: 'ls -la' },
  cwd: '/home/dev/project',
  projectRoot: '/home/dev/project',
}

const server = new RedisServer()
let dataDir: string
let events: Subgraph
beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'two-nodes-'))
  await server.start()
  events = await createEvents({ dataDir, registry: openRegistry({ dataDir }) })
})
afterAll(async () => {
  await events[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
  rmSync(dataDir, { recursive: true, force: true })
})

function scopeFor(principal: Principal): Scope {
  return {
    principal,
    requestId: 'r',
    traceId: '0'.repeat(32),
    deadlineAt: Date.now() + 60_000,
    signal: new AbortController().signal,
    noteStop: undefined,
    subgraph: 'validation',
    loads: openLoads({ noteStop: undefined }, new Map()),
  }
}

interface Node extends AsyncDisposable {
  readonly engine: GovernedEngine
  readonly house: House
  admin(query: string, variables: Record<string, unknown>): Promise<Record<string, unknown>>
}

async function openNode(): Promise<Node> {
  const opened: AsyncDisposable[] = []
  const keep = <T extends AsyncDisposable>(part: T): T => {
    opened.unshift(part)
    return part
  }
  const redis = keep(await connectRedis(server))
  const channel = keep(await connectRedis(server))
  const files = keep(await openEngine({ policiesDir: POLICIES, watchMs: 0 }))
  const engine = keep(await governEngine({ files, events, redis, channel, pollMs: 0 }))
  const flags = keep(await openFlags())
  const understand = () => ({ effects: {} })
  const policy = keep(await createPolicy({ engine, flags, events, understand }))
  return {
    engine,
    house: openHouse({ engine, flags: { isOn: async () => true }, redis }),
    async admin(query, variables) {
      const { subgraph: _name, loads: _loads, ...facts } = scopeFor(ADMIN)
      const { data, errors } = await policy.request({ ...facts, query, variables })
      if (errors !== undefined) throw new Error(JSON.stringify(errors))
      return data ?? {}
    },
    async [Symbol.asyncDispose]() {
      for (const part of opened) await part[Symbol.asyncDispose]()
    },
  }
}

interface Told {
  readonly startedAt: number
  readonly decision: string
  readonly tier: string
}

/** Asks one house the same call over and over, as agents do, until told to stop. */
function load(house: House): { readonly told: Told[]; stop(): Promise<void> } {
  const told: Told[] = []
  let on = true
  const asking = (async () => {
    while (on) {
      for (let i = 0; i < 20; i += 1) {
        const startedAt = performance.now()
        const request = { call: CALL, principal: AGENT, requestId: undefined }
        const { decision, tier } = await decide(request, scopeFor(AGENT), house)
        told.push({ startedAt, decision, tier })
      }
      await new Promise((resolve) => setImmediate(resolve))
    }
  })()
  return {
    told,
    async stop() {
      on = false
      await asking
    },
  }
}

const DRAFT = 'mutation D($i: PolicyDraftInput!) { draftPolicy(input: $i) { version } }'
const PUBLISH = 'mutation P($i: PublishPolicyInput!) { publishPolicy(input: $i) { version } }'
const ROLLBACK = 'mutation { rollbackPolicy { version } }'

describe('two nodes under load', () => {
  it('[P-037] allow nothing by the policy before, once the one after is published and a second is over', async ({
    expect,
  }) => {
    await using one = await openNode()
    await using two = await openNode()
    await expect
      .poll(async () => Number((await listeners()) ?? 0), { timeout: 10_000 })
      .toBeGreaterThanOrEqual(2)
    const loads = [load(one.house), load(two.house)]
    const shipped = one.engine.version
    const changes = { rules: { shell: { inspect: { decision: 'BLOCK' } } } }
    const drafted = await one.admin(DRAFT, { i: { changes, note: 'n' } })
    const { version } = drafted['draftPolicy'] as { version: string }
    await one.admin(PUBLISH, { i: { version, note: 'n', allowFailingCases: true } })
    const publishedAt = performance.now()
    await expect.poll(() => two.engine.version, { timeout: 10_000, interval: 5 }).toBe(version)
    await new Promise((resolve) => setTimeout(resolve, 300))
    const blocked = loads.map(({ told }) => told.length)
    await two.admin(ROLLBACK, {})
    const rolledBackAt = performance.now()
    await expect.poll(() => one.engine.version, { timeout: 10_000, interval: 5 }).toBe(shipped)
    await Promise.all(loads.map(({ stop }) => stop()))

    const lateMs = loads.map(({ told }, i) => {
      const before = told.slice(0, blocked[i])
      const last = before.filter(({ decision }) => decision === 'ALLOW').at(-1)?.startedAt ?? 0
      const first = before.findIndex(({ decision }) => decision === 'BLOCK')
      expect(first).toBeGreaterThan(0)
      // What is remembered under the policy before is not found under the one after.
      expect(before.slice(first).every(({ decision }) => decision === 'BLOCK')).toBe(true)
      expect(before.slice(first).some(({ tier }) => tier === 'MEMORY')).toBe(true)
      return Math.max(0, last - publishedAt)
    })
    const asked = loads.reduce((sum, { told }) => sum + told.length, 0)
    process.stdout.write(
      `policy on two nodes: ${asked} decisions under load, last by the old policy ${Math.max(...lateMs).toFixed(1)} ms after its end\n`,
    )
    expect(Math.max(...lateMs)).toBeLessThan(VISIBLE_MS)
    expect(rolledBackAt).toBeGreaterThan(publishedAt)
  })
})

async function listeners(): Promise<number | undefined> {
  await using redis = await connectRedis(server)
  const [, count] = (await redis.client.call('PUBSUB', 'NUMSUB', POLICY_CHANNEL)) as [string, number]
  return count
}
