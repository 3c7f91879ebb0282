import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { lighthouse } from '../run.js'
import { bash, startWorld, VALIDATE, type Validated, type World } from '../world.js'

const COMMAND = 'frobnicate --all'

let world: World
let folder: string
let draft: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lighthouse-policy-'))
  world = await startWorld({ dataDir: join(folder, 'data') })
  draft = join(folder, 'changes.json')
  await writeFile(
    draft,
    JSON.stringify({
      rules: { shell: { 'unknown-command': { decision: 'ALLOW' }, inspect: { decision: 'BLOCK' } } },
    }),
  )
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

/** `lighthouse policy …` as the administrator of the running instance. */
async function policy(...args: readonly string[]) {
  const { LIGHTHOUSE_URL: _, LIGHTHOUSE_KEY: __, ...rest } = world.env
  const env = { ...rest, LIGHTHOUSE_DATA_DIR: world.dataDir }
  const { code, stdout, stderr } = await lighthouse(['policy', ...args, '--json'], { env })
  return { code, stderr, said: JSON.parse(stdout) as Record<string, unknown> }
}

async function decide(command: string) {
  const { body } = await world.ask<Validated & { validateCommand: { policyVersion: string } }>(
    VALIDATE.replace('cacheHit', 'cacheHit policyVersion'),
    { variables: bash(command) },
  )
  const decision = body.data?.validateCommand
  if (decision === undefined) throw new Error(JSON.stringify(body.errors))
  return decision
}

describe('a policy is rolled out', () => {
  it('[P-055] [P-056] is drafted, compared, tested and tried on real calls from the command line', async ({
    expect,
  }) => {
    for (let i = 0; i < 3; i++) await decide('ls -la')
    await decide(COMMAND)
    const diff = await policy('diff', draft)
    expect(diff).toMatchObject({ code: 0, said: { rulesRebuilt: false } })
    expect(diff.said['changes']).toHaveLength(2)
    const version = String(diff.said['version'])
    const tested = await policy('test', version)
    expect(tested.code).toBe(2)
    expect(tested.said['broken']).toBeGreaterThan(10)
    const tried = await policy('dry-run', draft)
    expect(tried).toMatchObject({
      code: 0,
      said: { version, requests: { calls: 4, changed: 4, softer: 1, harder: 3 } },
    })
    expect(tried.said['tookMs']).toBeLessThan(10_000)
    const refused = await policy('publish', version)
    expect([refused.code, refused.said]).toMatchObject([1, { error: { code: 'BAD_USER_INPUT' } }])
    expect((await decide('ls -la')).decision).toBe('ALLOW')
  })

  it('[P-037] [P-055] is published and taken back, and no answer of the other policy is given after either', async ({
    expect,
  }) => {
    const before = await decide('ls -la')
    expect(before).toMatchObject({ decision: 'ALLOW', cacheHit: true })
    const published = await policy('publish', draft, '--force', '--note', 'for a test')
    const { version } = published.said
    expect(published).toMatchObject({
      code: 0,
      said: { fromFiles: false, history: [{ note: 'for a test', author: 'admin' }] },
    })
    expect(await decide('ls -la')).toMatchObject({ decision: 'BLOCK', policyVersion: version })
    expect(await decide(COMMAND)).toMatchObject({ decision: 'ALLOW', policyVersion: version })
    expect(await policy('rollback')).toMatchObject({ code: 0, said: { fromFiles: true } })
    expect(await decide('ls -la')).toMatchObject({ decision: 'ALLOW', policyVersion: before.policyVersion })
    expect((await decide(COMMAND)).decision).not.toBe('ALLOW')
  })

  it('is judged by some as a canary, while others are judged as before', async ({ expect }) => {
    const started = await policy('canary', draft, '--agent', 'nobody-*', '--role', 'AGENT')
    const canary = (started.said['canary'] as { version: string }).version
    expect(await decide('ls -la')).toMatchObject({ decision: 'BLOCK', policyVersion: canary })
    const asAdmin = { variables: bash('ls -la'), key: world.credentials.adminKey }
    const { body } = await world.ask<Validated>(VALIDATE, asAdmin)
    expect(body.data?.validateCommand.decision).toBe('ALLOW')
    expect(await policy('canary', '--stop')).toMatchObject({ code: 0, said: { canary: null } })
    expect((await decide('ls -la')).decision).toBe('ALLOW')
  })

  it('[P-055] is in force again after a crash', async ({ expect }) => {
    const { said } = await policy('publish', draft, '--force')
    await world.crash()
    world = await startWorld({ dataDir: world.dataDir })
    expect((await policy('status')).said).toMatchObject({ version: said['version'], failure: null })
    expect((await decide('ls -la')).decision).toBe('BLOCK')
    await policy('rollback')
  })

  it('is not changed by an agent, by the mutation or by an event of its own making', async ({ expect }) => {
    const forged = {
      type: 'POLICY_PUBLISHED',
      aggregateId: 'policy:guard',
      aggregateType: 'policy',
      data: {},
    }
    const append = 'mutation A($i: [EventInput!]!) { appendEvents(input: $i) { lastSequence } }'
    for (const event of [forged, { ...forged, type: 'CUSTOM' }, { ...forged, aggregateId: 'other' }]) {
      const { body } = await world.ask(append, { variables: { i: [event] } })
      expect(body.errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN')
    }
    const { body } = await world.ask('mutation { rollbackPolicy { version } }')
    expect(body.errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN')
  })
})
