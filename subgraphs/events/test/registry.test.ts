import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { AgentRole } from '@lighthouse/contract/principal'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { keepFirst, kept } from '../src/registry/keep.js'
import { LINK_MS } from '../src/registry/links.js'
import { openRegistry } from '../src/registry/registry.js'
import { openSecrets } from '../src/registry/secrets.js'
import { SESSION_LIMITS } from '../src/registry/sessions.js'
import { tempDir } from './world.js'

interface Credentials {
  readonly adminKey: string
  readonly agentKey: string
  readonly clickhouse: { readonly user: string; readonly password: string }
}

const credentialsOf = (dataDir: string) =>
  JSON.parse(readFileSync(join(dataDir, 'credentials.json'), 'utf8')) as Credentials

/** A registry whose clock stands still until the test moves it. */
function openStill(dataDir = tempDir()) {
  const time = { now: 1_750_000_000_000 }
  return { dataDir, time, registry: openRegistry({ dataDir, clock: () => time.now }) }
}

describe('the registry', () => {
  it('writes on first start credentials that are valid, and nothing that others may read', async ({
    expect,
  }) => {
    const { dataDir, registry } = openStill()
    const { adminKey, agentKey, clickhouse } = credentialsOf(dataDir)
    expect(registry.authenticate({ kind: 'key', secret: adminKey })).toMatchObject({
      agentId: 'admin',
      role: 'ADMIN',
    })
    expect(registry.authenticate({ kind: 'key', secret: agentKey })).toMatchObject({
      agentId: 'agent',
      role: 'AGENT',
    })
    expect(clickhouse).toEqual(openSecrets({ dataDir }).clickhouse.analyst)
    expect(readdirSync(dataDir).sort()).toEqual(['credentials.json', 'registry.json', 'secrets.json'])
    for (const file of readdirSync(dataDir)) {
      expect(statSync(join(dataDir, file)).mode & 0o777).toBe(0o600)
    }
  })

  it('keeps no secret of a credential, only its keyed hash', async ({ expect }) => {
    const { dataDir, registry } = openStill()
    const { secret } = registry.createKey('agent')
    const session = registry.redeemLink(registry.createLink('admin'))
    const text = readFileSync(join(dataDir, 'registry.json'), 'utf8')
    for (const each of [secret, session ?? '', credentialsOf(dataDir).adminKey]) {
      expect(each.length).toBeGreaterThanOrEqual(43)
      expect(text).not.toContain(each)
    }
  })

  it('knows keys and sessions again after a restart, and makes no new credentials', async ({ expect }) => {
    const { dataDir, registry, time } = openStill()
    const before = credentialsOf(dataDir)
    registry.createAgent({ id: 'builder', role: 'EXPERT_AGENT' })
    const { secret, keyId } = registry.createKey('builder')
    const session = registry.redeemLink(registry.createLink('admin')) ?? ''
    const again = openRegistry({ dataDir, clock: () => time.now })
    expect(credentialsOf(dataDir)).toEqual(before)
    expect(again.authenticate({ kind: 'key', secret })).toEqual({
      agentId: 'builder',
      role: 'EXPERT_AGENT',
      keyId,
    })
    expect(again.authenticate({ kind: 'session', secret: session })).toMatchObject({ agentId: 'admin' })
  })

  it('[P-021] knows nobody by a forged, altered, foreign or misused credential', async ({ expect }) => {
    const { dataDir, registry } = openStill()
    const { adminKey } = credentialsOf(dataDir)
    const stranger = credentialsOf(openStill().dataDir).adminKey
    const session = registry.redeemLink(registry.createLink('admin')) ?? ''
    const { agents } = JSON.parse(readFileSync(join(dataDir, 'registry.json'), 'utf8')) as {
      agents: unknown[]
    }
    const { keys } = JSON.parse(readFileSync(join(dataDir, 'registry.json'), 'utf8')) as {
      keys: { hash: string; id: string }[]
    }
    const forged = [
      '',
      'admin',
      ' ',
      stranger,
      `${adminKey} `,
      adminKey.slice(0, -1),
      adminKey.toUpperCase(),
      'x'.repeat(1_000_000),
      session,
      ...keys.flatMap(({ hash, id }) => [hash, id]),
    ]
    expect(agents).toHaveLength(3)
    for (const secret of forged) expect(registry.authenticate({ kind: 'key', secret })).toBeUndefined()
    expect(registry.authenticate({ kind: 'session', secret: adminKey })).toBeUndefined()
    fc.assert(
      fc.property(fc.string(), fc.constantFrom('key', 'session'), (secret, kind) => {
        expect(registry.authenticate({ kind, secret })).toBeUndefined()
      }),
      { numRuns: 1_000 },
    )
  })

  it('refuses a revoked key at once and after a restart', async ({ expect }) => {
    const { dataDir, registry } = openStill()
    const { secret, keyId } = registry.createKey('agent')
    expect(registry.revokeKey(keyId)).toBe(true)
    expect(registry.revokeKey(keyId)).toBe(false)
    expect(registry.authenticate({ kind: 'key', secret })).toBeUndefined()
    expect(openRegistry({ dataDir }).authenticate({ kind: 'key', secret })).toBeUndefined()
  })

  it('opens one session with a link, within five minutes', async ({ expect }) => {
    const { registry, time } = openStill()
    const token = registry.createLink('admin')
    const session = registry.redeemLink(token) ?? ''
    expect(registry.authenticate({ kind: 'session', secret: session })).toMatchObject({ role: 'ADMIN' })
    expect(registry.redeemLink(token)).toBeUndefined()
    const late = registry.createLink('admin')
    time.now += LINK_MS
    expect(registry.redeemLink(late)).toBeUndefined()
    expect(registry.redeemLink('')).toBeUndefined()
    expect(() => registry.createLink('nobody')).toThrow('There is no agent "nobody"')
  })

  it('[P-024] ends a session after an hour without use, and after eight hours anyway', async ({ expect }) => {
    const { registry, time } = openStill()
    const idle = registry.redeemLink(registry.createLink('admin')) ?? ''
    const busy = registry.redeemLink(registry.createLink('admin')) ?? ''
    const isAlive = (secret: string) => registry.authenticate({ kind: 'session', secret }) !== undefined
    const opened = time.now
    while (time.now - opened < SESSION_LIMITS.hardMs - 60_000) {
      expect(isAlive(busy)).toBe(true)
      time.now += SESSION_LIMITS.idleMs - 1_000
    }
    expect(isAlive(idle)).toBe(false)
    time.now = opened + SESSION_LIMITS.hardMs
    expect(isAlive(busy)).toBe(false)
  })

  it('[P-024] keeps three sessions an agent: the oldest makes room', async ({ expect }) => {
    const { registry, time } = openStill()
    const sessions = [0, 1, 2, 3].map((minute) => {
      time.now += minute
      return registry.redeemLink(registry.createLink('admin')) ?? ''
    })
    const alive = sessions.map((secret) => registry.authenticate({ kind: 'session', secret }) !== undefined)
    expect(alive).toEqual([false, true, true, true])
    registry.endSessions('admin')
    expect(registry.authenticate({ kind: 'session', secret: sessions[3] ?? '' })).toBeUndefined()
  })

  it('refuses agents that make no sense', async ({ expect }) => {
    const { registry } = openStill()
    const create =
      (id: string, role: AgentRole = 'AGENT') =>
      () =>
        registry.createAgent({ id, role })
    expect(create('')).toThrow('is no agent id')
    expect(create('a b')).toThrow('is no agent id')
    expect(create('x'.repeat(65))).toThrow('is no agent id')
    expect(create('admin')).toThrow('is there already')
    expect(create('new', 'ROOT' as 'ADMIN')).toThrow('is no role')
    expect(() => registry.createKey('nobody')).toThrow('There is no agent')
  })

  it('keeps the first secrets when two processes begin at once', async ({ expect }) => {
    const path = join(tempDir(), 'secrets.json')
    expect(keepFirst(path, { by: 'first' })).toBe(true)
    expect(keepFirst(path, { by: 'second' })).toBe(false)
    expect(kept(path)).toEqual({ by: 'first' })
    expect(readdirSync(dirname(path))).toEqual(['secrets.json'])
    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  it.for([
    ['secrets.json', '{}'],
    ['secrets.json', '{"gatewaySecret":'],
    ['registry.json', '{"version":2}'],
    ['registry.json', ''],
  ] as const)('does not start on a damaged %s (%j)', ([file, text], { expect }) => {
    const { dataDir } = openStill()
    writeFileSync(join(dataDir, file), text)
    expect(() => openRegistry({ dataDir })).toThrow(`${file} is damaged`)
  })

  it('authenticates in microseconds', async ({ expect }) => {
    const { dataDir, registry } = openStill()
    const { agentKey } = credentialsOf(dataDir)
    const start = performance.now()
    for (let turn = 0; turn < 10_000; turn += 1) registry.authenticate({ kind: 'key', secret: agentKey })
    expect(performance.now() - start).toBeLessThan(2_000)
  })
})
