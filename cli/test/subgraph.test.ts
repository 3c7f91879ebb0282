import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { httpPeer } from '@lighthouse/chassis/peer'
import type { AgentRole } from '@lighthouse/contract/principal'
import type { SubgraphTransport } from '@lighthouse/contract/subgraph-request'
import { SHIPPED_POLICIES } from '@lighthouse/policy/config'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { lighthouse, LIGHTHOUSE } from './lighthouse.js'

const WITHIN_MS = 30_000
const SECRET = 'between-these-two'
const NOWHERE = 'http://127.0.0.1:1/graphql'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lighthouse-subgraph-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

interface Running extends AsyncDisposable {
  readonly url: string
  readonly exit: Promise<unknown>
  end(): void
}

async function start(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Running> {
  const { PATH, HOME } = process.env
  const child = spawn(
    process.execPath,
    [...LIGHTHOUSE, 'subgraph', ...args, '--json', '--data-dir', join(folder, 'data')],
    {
      env: { PATH, HOME, LIGHTHOUSE_GATEWAY_SECRET: SECRET, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  )
  const exit = once(child, 'exit')
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  const { graphql } = JSON.parse(line.toString('utf8')) as { graphql: string }
  const end = () => void child.kill('SIGTERM')
  return {
    url: graphql,
    exit,
    end,
    async [Symbol.asyncDispose]() {
      end()
      await exit
    },
  }
}

function ask(peer: SubgraphTransport, role: AgentRole, query: string, variables: object = {}) {
  return peer.request({
    query,
    variables: { ...variables },
    principal: { agentId: 'agent-1', role, keyId: 'k' },
    requestId: 'r',
    traceId: '0'.repeat(32),
    deadlineAt: Date.now() + 10_000,
    signal: new AbortController().signal,
    noteStop: undefined,
  })
}

const CONSULT = 'mutation C($input: ConsultInput!) { consult(input: $input) { status decision } }'
const QUESTION = {
  requestId: 'r',
  toolName: 'Bash',
  toolInput: { command: './bin/x' },
  agentId: 'agent-1',
  concerns: [],
  riskLevel: 'MEDIUM',
}

/** The shipped policy, but that it blocks pushes. */
function ownPolicies(): string {
  const own = join(folder, 'policies')
  mkdirSync(join(own, 'guard'), { recursive: true })
  cpSync(join(SHIPPED_POLICIES, 'guard.wasm'), join(own, 'guard.wasm'))
  const text = readFileSync(join(SHIPPED_POLICIES, 'guard', 'data.json'), 'utf8')
  const data = JSON.parse(text) as { rules: { git: { push: { decision: string } } } }
  data.rules.git.push.decision = 'BLOCK'
  writeFileSync(join(own, 'guard', 'data.json'), JSON.stringify(data))
  return own
}

describe('lighthouse subgraph', { timeout: WITHIN_MS }, () => {
  it('answers over HTTP who signs with the secret of the environment, and nobody else', async ({
    expect,
  }) => {
    await using running = await start(['experts'])
    await using peer = httpPeer({ name: 'experts', url: running.url, gatewaySecret: SECRET })
    const input = { input: QUESTION }
    const { data } = await ask(peer, 'SYSTEM_AGENT', CONSULT, input)
    expect(data).toEqual({ consult: { status: 'DECIDED', decision: 'ESCALATE' } })
    const refused = await ask(peer, 'AGENT', CONSULT, input)
    expect(refused.errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN')
    await using forger = httpPeer({ name: 'experts', url: running.url, gatewaySecret: 'guessed' })
    await expect(ask(forger, 'SYSTEM_AGENT', CONSULT, input)).rejects.toThrow()
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify({ query: '{ experts { id } }' })
    expect((await fetch(running.url, { method: 'POST', headers, body })).status).toBe(401)
    expect((await fetch(running.url.replace('/graphql', '/readyz'))).status).toBe(200)
    running.end()
    expect(await running.exit).toEqual([0, null])
  })

  it('reaches its siblings, judges by the policies of the environment, and takes who did not sign where it is told to', async ({
    expect,
  }) => {
    await using events = await start(['events'])
    const peers = ['--peer', `events=${events.url}`, '--peer', `experts=${NOWHERE}`]
    const env = { LIGHTHOUSE_POLICIES_DIR: ownPolicies() }
    await using running = await start(['validation', '--allow-anonymous', ...peers], env)
    await using peer = httpPeer({ name: 'validation', url: running.url, gatewaySecret: SECRET })
    const validate =
      'mutation V($i: ValidationInput!) { validateCommand(input: $i) { decision agent { id } } }'
    const push = { i: { toolName: 'Bash', toolInput: { command: 'git push' } } }
    const { data } = await ask(peer, 'AGENT', validate, push)
    expect(data).toEqual({ validateCommand: { decision: 'BLOCK', agent: { id: 'agent-1' } } })
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify({ query: '{ __typename }' })
    const anonymous = await fetch(running.url, { method: 'POST', headers, body })
    expect(await anonymous.json()).toMatchObject({ data: { __typename: 'Query' } })
  })

  it('says what it lacks', async ({ expect }) => {
    const lacking = await lighthouse(['subgraph', 'validation', '--data-dir', join(folder, 'data')])
    expect(lacking.code).toBe(1)
    expect(lacking.stderr).toContain('pass --peer events=URL')
  })
})
