import { describe, it } from 'vitest'
import type { AgentRole } from '@lighthouse/contract/principal'
import {
  codeOf,
  DRAFT,
  draftOf,
  inputFor,
  openLog,
  openNode,
  PUBLISH,
  publishOf,
  ROLLBACK,
  rule,
} from './world.js'

const HARDER = rule('shell', 'encrypt', 'BLOCK')
const SOFTER = rule('shell', 'encrypt', 'ALLOW')
const ENCRYPT = inputFor('shell/encrypt gpg')
const HISTORY = '{ policy { version fromFiles history { number kind version note author } } }'

describe('a policy from draft to rollback', () => {
  it('[P-055] is drafted, published with version, author and diff, and taken back in one mutation', async ({
    expect,
  }) => {
    const log = openLog()
    await using node = await openNode(log)
    const shipped = node.engine.version
    const drafted = await node.ask(DRAFT, { i: { changes: HARDER, note: 'no encryption' } }, 'SYSTEM_AGENT')
    expect(drafted.data?.['draftPolicy']).toMatchObject({
      author: 'system_agent',
      note: 'no encryption',
      rulesRebuilt: false,
      changes: [{ path: 'rules.shell.encrypt.decision', before: 'ESCALATE', after: 'BLOCK' }],
    })
    const version = await draftOf(node, HARDER)
    expect(node.engine.evaluate(ENCRYPT).decision).toBe('ESCALATE')
    const i = { version, note: 'agreed', allowFailingCases: true }
    expect((await node.ask(PUBLISH, { i })).data?.['publishPolicy']).toEqual({ version, fromFiles: false })
    expect([node.engine.version, node.engine.evaluate(ENCRYPT).decision]).toEqual([version, 'BLOCK'])
    expect((await node.ask(HISTORY)).data?.['policy']).toMatchObject({
      history: [{ number: 1, kind: 'PUBLISHED', version, note: 'agreed', author: 'admin' }],
    })
    expect((await node.ask(ROLLBACK)).data?.['rollbackPolicy']).toEqual({ version: shipped, fromFiles: true })
    expect([node.engine.version, node.engine.evaluate(ENCRYPT).decision]).toEqual([shipped, 'ESCALATE'])
    expect(log.events.map(({ type, agent }) => [type, agent.id])).toEqual([
      ['POLICY_DRAFTED', 'system_agent'],
      ['POLICY_DRAFTED', 'system_agent'],
      ['POLICY_PUBLISHED', 'admin'],
      ['POLICY_ROLLED_BACK', 'admin'],
    ])
    expect(log.events[2]?.data).toMatchObject({
      version,
      from: shipped,
      changes: [{ path: 'rules.shell.encrypt.decision' }],
    })
  })

  it('[P-055] goes back one publication at a time, also after going back, and to any that was in force', async ({
    expect,
  }) => {
    await using node = await openNode(openLog())
    const shipped = node.engine.version
    const one = await publishOf(node, HARDER)
    const two = await publishOf(node, rule('shell', 'encrypt', 'ALLOW'))
    const three = await publishOf(node, { settings: { agents: { x: {} } } })
    const back = async (to?: string) => (await node.ask(ROLLBACK, { i: { to } })).data?.['rollbackPolicy']
    expect(await back()).toMatchObject({ version: two })
    expect(await back()).toMatchObject({ version: one })
    expect(await back(three)).toMatchObject({ version: three })
    expect(await back(one)).toMatchObject({ version: one })
    expect(await back()).toMatchObject({ version: shipped })
    expect(codeOf(await node.ask(ROLLBACK))).toBe('NOT_FOUND')
    expect(codeOf(await node.ask(ROLLBACK, { i: { to: 'never-was' } }))).toBe('NOT_FOUND')
    expect(await back(two)).toMatchObject({ version: two })
    expect(await back('files')).toMatchObject({ version: shipped })
  })

  it('[P-055] is in force again after a restart, on every node that reads the log', async ({ expect }) => {
    const log = openLog()
    let version: string
    {
      await using node = await openNode(log)
      version = await publishOf(node, HARDER)
    }
    await using again = await openNode(log)
    await using other = await openNode(log)
    for (const { engine } of [again, other])
      expect([engine.version, engine.evaluate(ENCRYPT).decision]).toEqual([version, 'BLOCK'])
  })

  it('answers a request under the version that it began with, whatever was published meanwhile', async ({
    expect,
  }) => {
    await using node = await openNode(openLog())
    const began = node.engine.versionFor({ agentId: 'agent', role: 'AGENT' })
    await publishOf(node, SOFTER)
    expect(node.engine.evaluate(ENCRYPT).decision).toBe('ALLOW')
    expect(node.engine.evaluate(ENCRYPT, began).decision).toBe('ESCALATE')
    expect(() => node.engine.evaluate(ENCRYPT, 'long-gone')).toThrow('held no longer')
  })

  it('is changed by administrators alone', async ({ expect }) => {
    const log = openLog()
    await using node = await openNode(log)
    const version = await draftOf(node, HARDER)
    const before = log.events.length
    const attempts: readonly (readonly [string, object, AgentRole])[] = [
      [DRAFT, { i: { changes: HARDER } }, 'EXPERT_AGENT'],
      [PUBLISH, { i: { version } }, 'SYSTEM_AGENT'],
      [ROLLBACK, {}, 'SYSTEM_AGENT'],
      [
        'mutation C($i: PolicyCanaryInput!) { startPolicyCanary(input: $i) { version } }',
        { i: { version } },
        'AGENT',
      ],
      ['mutation { stopPolicyCanary { version } }', {}, 'AGENT'],
      ['query T($v: ID!) { testPolicy(version: $v) { passed } }', { v: version }, 'AGENT'],
      ['query T($v: ID!) { dryRunPolicy(version: $v) { tookMs } }', { v: version }, 'AGENT'],
      ['query T($v: ID!) { policyVersion(version: $v) { version } }', { v: version }, 'AGENT'],
    ]
    for (const [query, variables, role] of attempts)
      expect([query, codeOf(await node.ask(query, { ...variables }, role))]).toEqual([query, 'FORBIDDEN'])
    expect(log.events.length).toBe(before)
  })

  it('refuses what is no usable policy, and keeps nothing of it', async ({ expect }) => {
    const log = openLog()
    await using node = await openNode(log)
    for (const i of [
      { changes: { rules: { shell: { encrypt: { decision: 'MAYBE' } } } } },
      { changes: rule('execute', 'download', 'ALLOW') },
      { changes: 7 },
      { data: {} },
      { data: {}, changes: {} },
      { wasm: 'AAAA' },
      { wasm: 'not base64!' },
      { changes: HARDER, note: 'x'.repeat(2_000) },
    ])
      expect([i, codeOf(await node.ask(DRAFT, { i }))]).toEqual([i, 'BAD_USER_INPUT'])
    expect(codeOf(await node.ask(PUBLISH, { i: { version: 'none' } }))).toBe('NOT_FOUND')
    expect(log.events.filter(({ type }) => type === 'POLICY_PUBLISHED')).toEqual([])
    expect(node.engine.evaluate(ENCRYPT).decision).toBe('ESCALATE')
  })

  it('lets one of two administrators publish when both decided on the same state', async ({ expect }) => {
    const log = openLog()
    await using one = await openNode(log)
    await using two = await openNode(log)
    const first = await publishOf(one, HARDER)
    const version = await draftOf(two, SOFTER)
    expect(codeOf(await two.ask(PUBLISH, { i: { version, allowFailingCases: true } }))).toBe(
      'VERSION_CONFLICT',
    )
    await two.engine.reload()
    expect(two.engine.version).toBe(first)
  })

  it('[P-060] keeps the last good version when a publication cannot be loaded, raises an alarm, and recovers', async ({
    expect,
  }) => {
    const log = openLog()
    await using node = await openNode(log)
    const good = await publishOf(node, HARDER)
    await using other = await openNode(log)
    const bad = await draftOf(node, SOFTER)
    await node.ask(PUBLISH, { i: { version: bad, allowFailingCases: true } })
    const draft = log.events.findIndex(({ aggregateId }) => aggregateId === `policy-version:${bad}`)
    const whole = log.events[draft]
    if (whole === undefined) throw new Error('no draft')
    log.events[draft] = { ...whole, data: { ...whole.data, dataText: '{"settings":{},"rules":{}}' } }
    expect(await other.engine.reload()).toBe(false)
    expect([other.engine.version, other.engine.evaluate(ENCRYPT).decision]).toEqual([good, 'BLOCK'])
    expect(other.engine.failure).toContain('tampered')
    expect((await other.policy.health.read()).unready).toMatchObject({ policy: expect.stringContaining(bad) })
    const alarms = () => log.events.filter(({ type }) => type === 'DEGRADATION_TRIGGERED')
    expect(alarms()).toMatchObject([{ data: { what: 'policy', version: good, wanted: bad } }])
    await other.engine.reload()
    expect(alarms().length).toBe(1)
    log.events[draft] = whole
    expect(await other.engine.reload()).toBe(true)
    expect([other.engine.version, other.engine.failure]).toEqual([bad, undefined])
    expect(log.events.at(-1)).toMatchObject({ type: 'RECOVERY_COMPLETED' })
  })

  it('[P-060] keeps the last known version while the log cannot be read, and publishes nothing', async ({
    expect,
  }) => {
    const log = openLog()
    await using node = await openNode(log)
    const version = await publishOf(node, HARDER)
    log.down = true
    expect(await node.engine.reload()).toBe(false)
    expect(node.engine.version).toBe(version)
    expect((await node.ask(ROLLBACK)).errors).toHaveLength(1)
    expect(node.engine.version).toBe(version)
  })

  it('reaches another node by looking, where no channel carries word', async ({ expect }) => {
    const log = openLog()
    await using one = await openNode(log)
    await using two = await openNode(log, { pollMs: 10 })
    const version = await publishOf(one, HARDER)
    await expect.poll(() => two.engine.version, { timeout: 5_000 }).toBe(version)
  })
})
