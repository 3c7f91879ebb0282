import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { describe, it } from 'vitest'
import { openEngine } from '../../src/engine/engine.js'
import { evaluate } from '../../src/engine/evaluate.js'
import type { PolicyInput } from '../../src/engine/evaluate.js'
import { openOpaServer } from '../../src/engine/opa-server.js'
import { governEngine } from '../../src/publish/govern.js'

const POLICIES = fileURLToPath(new URL('../../../../policies', import.meta.url))
const LOOKS: PolicyInput = {
  tool: 'Bash',
  role: 'AGENT',
  agentId: 'a',
  effects: { shell: { inspect: [{ subject: 'ls' }] } },
}
const REFUSED: PolicyInput = { ...LOOKS, effects: { execute: { download: [{ subject: 'x' }] } } }
const ALLOWED = {
  decision: 'ALLOW',
  riskLevel: 'LOW',
  obligations: [],
  rules: [{ id: 'shell/inspect', decision: 'ALLOW', riskLevel: 'LOW', subject: 'ls' }],
}

type Answer = (input: PolicyInput, response: ServerResponse) => void

/** A server at the process edge that answers the self-check as the real policy does, and then as the test says. */
async function house(answer: Answer, watchMs = 0) {
  const files = await openEngine({ policiesDir: POLICIES, watchMs: 0 })
  let asked = 0
  const http = createServer((request: IncomingMessage, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const { input } = JSON.parse(Buffer.concat(parts).toString()) as { input: PolicyInput }
      if (input.agentId !== 'self-check') {
        asked += 1
        answer(input, response)
        return
      }
      const { decision, riskLevel, rules } = evaluate(files.pack, input)
      const bare = rules.map(({ id, subject }) => ({ id, subject, decision, riskLevel }))
      response.end(JSON.stringify({ result: { decision, riskLevel, rules: bare } }))
    })
  })
  await new Promise<void>((listening) => http.listen(0, '127.0.0.1', listening))
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  const server = openOpaServer({ url, pack: () => files.pack, watchMs, timeoutMs: 100 })
  const engine = await governEngine({ files, server, pollMs: 0 })
  return {
    engine,
    server,
    asked: () => asked,
    ask: (input: PolicyInput) => engine.ask?.(input, undefined) ?? Promise.reject(new Error('no server')),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]()
      await engine[Symbol.asyncDispose]()
      await files[Symbol.asyncDispose]()
      http.closeAllConnections()
      await new Promise((closed) => http.close(closed))
    },
  }
}

const says =
  (body: unknown): Answer =>
  (_input, response) =>
    void response.end(typeof body === 'string' ? body : JSON.stringify(body))

describe('an OPA server', () => {
  it('judges in place of the policy in this process', async ({ expect }) => {
    await using one = await house(
      says({ result: ALLOWED, provenance: { bundles: { guard: { revision: '7' } } } }),
    )
    const verdict = await one.ask(LOOKS)
    expect(verdict.decision).toBe('ALLOW')
    expect(verdict.rules[0]?.reason).toBe('ls: only looks')
    expect(one.engine.name).toBe('opa-server')
    expect(one.engine.scopeOf({ agentId: 'a', role: 'AGENT', keyId: 'k' })).toContain('"revision":"7"')
  })

  const rule = ALLOWED.rules[0]
  it.for<[string, Answer]>([
    ['says nothing in time', () => undefined],
    ['ends the connection', (_input, response) => void response.destroy()],
    ['answers with an error', (_input, response) => void response.writeHead(500).end('{"result":{}}')],
    [
      'sends elsewhere',
      (_input, response) => void response.writeHead(302, { location: 'http://127.0.0.1:9/' }).end(),
    ],
    ['answers what is not JSON', says('ALLOW')],
    ['answers no object', says('"ALLOW"')],
    ['has no such document', says({})],
    ['answers a decision without rules', says({ result: { decision: 'ALLOW', riskLevel: 'LOW' } })],
    ['answers ALLOW by no rule', says({ result: { ...ALLOWED, rules: [] } })],
    ['answers a decision that is none', says({ result: { ...ALLOWED, decision: 'allow' } })],
    [
      'answers ALLOW by a rule that blocks',
      says({ result: { ...ALLOWED, rules: [{ ...rule, decision: 'BLOCK' }] } }),
    ],
    ['answers a rule without an id', says({ result: { ...ALLOWED, rules: [{ ...rule, id: 1 }] } })],
    ['answers without end', (_input, response) => void response.write(`"${'x'.repeat(2_000_000)}`)],
  ])('[P-058] that %s escalates, and softens no refusal', async ([, answer], { expect }) => {
    await using one = await house(answer)
    const verdict = await one.ask(LOOKS)
    expect(verdict.decision).toBe('ESCALATE')
    expect(verdict.rules[0]?.id).toBe('policy/unreachable')
    expect((await one.ask(REFUSED)).decision).toBe('BLOCK')
  })

  it('that fails again and again is left alone', async ({ expect }) => {
    await using one = await house((_input, response) => void response.writeHead(503).end())
    for (let i = 0; i < 20; i++) expect((await one.ask(LOOKS)).decision).toBe('ESCALATE')
    expect(one.asked()).toBe(5)
  })

  it('[P-046] may be considered without a trace: no rule is counted, no failure leaves it alone, no revision is taken', async ({
    expect,
  }) => {
    let fails = true
    await using one = await house((_input, response) => {
      if (fails) response.writeHead(503).end()
      else
        response.end(
          JSON.stringify({ result: ALLOWED, provenance: { bundles: { guard: { revision: '7' } } } }),
        )
    })
    const consider = (input: PolicyInput) => one.engine.consider?.(input) ?? Promise.reject(new Error('none'))
    for (let i = 0; i < 10; i++) expect((await consider(LOOKS)).rules[0]?.id).toBe('policy/unreachable')
    expect((await consider(REFUSED)).decision).toBe('BLOCK')
    expect(one.asked()).toBe(11)
    fails = false
    expect((await consider(LOOKS)).decision).toBe('ALLOW')
    expect(one.server.revision).toBe('')
    expect(one.engine.matchCount('execute/download')).toBe(0)
    expect((await one.ask(LOOKS)).decision).toBe('ALLOW')
    expect(one.server.revision).toContain('7')
  })

  it('that is not there escalates, and health says so', async ({ expect }) => {
    const files = await openEngine({ policiesDir: POLICIES, watchMs: 0 })
    await using server = openOpaServer({ url: 'http://127.0.0.1:9', pack: () => files.pack, watchMs: 0 })
    await using engine = await governEngine({ files, server, pollMs: 0 })
    expect((await engine.ask?.(LOOKS))?.decision).toBe('ESCALATE')
    expect(engine.failure).toBeDefined()
    await files[Symbol.asyncDispose]()
  })

  it('that would let through what no policy may is not trusted', async ({ expect }) => {
    const files = await openEngine({ policiesDir: POLICIES, watchMs: 0 })
    const http = createServer((_request, response) => void response.end(JSON.stringify({ result: ALLOWED })))
    await new Promise<void>((listening) => http.listen(0, '127.0.0.1', listening))
    const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
    await using server = openOpaServer({ url, pack: () => files.pack, watchMs: 0 })
    await using engine = await governEngine({ files, server, pollMs: 0 })
    expect((await engine.ask?.(LOOKS))?.decision).toBe('ESCALATE')
    expect(server.failure).toBe('answers ALLOW to nothing understood')
    http.closeAllConnections()
    await new Promise((closed) => http.close(closed))
    await files[Symbol.asyncDispose]()
  })

  it('is told by an address', ({ expect }) => {
    expect(() => openOpaServer({ url: 'ftp://x', pack: () => ({ rules: new Map() }) })).toThrow(
      'it takes an http address',
    )
  })
})
