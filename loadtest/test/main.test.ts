import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'vitest'
import { load, runLoad } from '../src/main.js'
import { decide, smallServer } from './small-server.js'

/** The machine that runs the tests may be busy: that is not what they are about. */
const PATIENT = { maxSendLatenessMs: 30_000 } as const
const QUICK = {
  agents: 8,
  rate: 150,
  seconds: 0.6,
  warmupSeconds: 0,
  key: 'secret-key',
  seed: 7,
  ...PATIENT,
} as const
const flags = (url: string, ...more: string[]) => [
  '--url',
  url,
  ...'--key k --agents 4 --rate 100 --seconds 0.3 --warmup 0 --max-lateness 30000'.split(' '),
  ...more,
]

async function run(argv: readonly string[]) {
  let out = ''
  let err = ''
  const code = await load(
    argv,
    (text) => (out += text),
    (text) => (err += text),
  )
  return { code, out, err }
}

describe('runLoad', () => {
  it('sends each request once, with the key, who sends it and when, and counts what came back', async ({
    expect,
  }) => {
    await using server = await smallServer((_, response) => decide(response, 'ESCALATE', 'MEMORY', true))
    const before = Date.now()
    const report = await runLoad({ ...QUICK, url: server.url })
    expect(report.sent).toBe(server.received.length)
    expect(report.completed).toBe(report.sent)
    expect(report.sent).toBeGreaterThan(50)
    expect(report.decisions).toMatchObject({ total: report.sent, cacheHits: report.sent, wrong: 0 })
    expect(report.decisions.byDecision).toEqual({ ESCALATE: report.sent })
    expect(report.decisions.byTier).toEqual({ MEMORY: report.sent })
    const { headers, body } = server.received[0] ?? expect.unreachable()
    expect(headers['authorization']).toBe('Bearer secret-key')
    expect(headers['x-lighthouse-client']).toMatch(/^lighthouse-load\/\d+\.\d+\.\d+$/)
    expect(Number(headers['x-lighthouse-submitted-at'])).toBeGreaterThanOrEqual(before)
    expect(body.operationName).toBe('ValidateCommand')
    expect(body.variables.input).toMatchObject({ cwd: '/srv/project' })
    const sessions = new Set(server.received.map((one) => one.body.variables.input?.['sessionId']))
    expect(sessions.size).toBe(8)
  })

  it('[P-104] sends the same commands in the same order for the same seed', async ({ expect }) => {
    const commands = async (seed: number) => {
      await using server = await smallServer((_, response) => decide(response, 'BLOCK'))
      await runLoad({ ...QUICK, agents: 1, seconds: 0.3, url: server.url, seed })
      return server.received.map(({ body }) => JSON.stringify(body.variables.input?.['toolInput']))
    }
    const [one, same, other] = [await commands(3), await commands(3), await commands(4)]
    expect(one.length).toBeGreaterThan(20)
    expect(one).toEqual(same)
    expect(one).not.toEqual(other)
  })

  it('reports by a versioned schema: every figure a number, shares of classes, machine, gates', async ({
    expect,
  }) => {
    await using server = await smallServer((_, response) => decide(response, 'ESCALATE'))
    const report = await runLoad({ ...QUICK, url: server.url, limits: { p99: 60_000 } })
    expect(report).toMatchObject({
      schema: 'lighthouse-load/1',
      scenario: 'steady',
      seed: 7,
      agents: 8,
      rate: 150,
      seconds: 0.6,
      mix: { safe: 70, risky: 20, complex: 10 },
      errors: {},
      dropped: 0,
      valid: true,
      invalid: [],
      exitCode: 0,
    })
    for (const row of [
      report.latencyMs,
      report.serviceMs,
      report.sendLatenessMs,
      report.classes['safe']?.ok,
    ]) {
      for (const name of ['count', 'mean', 'p50', 'p90', 'p95', 'p99', 'p999', 'max'] as const) {
        expect(row?.[name]).toBeTypeOf('number')
      }
      expect(row?.p50).toBeLessThanOrEqual(row?.p99 ?? -1)
    }
    const counted = Object.values(report.classes).reduce(
      (sum, { ok, error }) => sum + ok.count + error.count,
      0,
    )
    expect(counted).toBe(report.sent)
    expect(report.gates.map(({ name, passed }) => [name, passed])).toEqual([
      ['p99', true],
      ['errors', true],
      ['wrong', true],
    ])
    expect(report.machine.cores).toBeGreaterThan(0)
  })

  it('does not measure the warm-up', async ({ expect }) => {
    await using server = await smallServer((_, response) => decide(response, 'ESCALATE'))
    const report = await runLoad({ ...QUICK, seconds: 0.3, warmupSeconds: 0.3, url: server.url })
    expect(report.warmedUp).toBeGreaterThan(10)
    expect(report.sent + report.warmedUp).toBe(server.received.length)
  })
})

describe('load', () => {
  it('exits 0 with a text report, and writes the JSON where --out says', async ({ expect }) => {
    await using server = await smallServer((_, response) => decide(response, 'ESCALATE'))
    const folder = await mkdtemp(join(tmpdir(), 'lighthouse-load-'))
    const file = join(folder, 'report.json')
    const { code, out } = await run(flags(server.url, '--out', file))
    const written = JSON.parse(await readFile(file, 'utf8')) as { schema: string }
    await rm(folder, { recursive: true })
    expect(code).toBe(0)
    expect(out).toContain('result: pass')
    expect(written.schema).toBe('lighthouse-load/1')
  })

  it('exits 1 when a gate failed: errors by code, a wrong ALLOW, a slow percentile', async ({ expect }) => {
    await using failing = await smallServer((_, response) =>
      response.end('{"errors":[{"message":"busy","extensions":{"code":"OVERLOADED"}}]}'),
    )
    const failed = await run(flags(failing.url, '--json'))
    expect(failed.code).toBe(1)
    expect(JSON.parse(failed.out)).toMatchObject({ completed: 0, errors: { OVERLOADED: expect.any(Number) } })
    await using careless = await smallServer((_, response) => decide(response, 'ALLOW'))
    const wrong = await run(flags(careless.url, '--mix', '0/100/0'))
    expect(wrong.code).toBe(1)
    expect(wrong.out).toMatch(/gate FAILED: wrong [1-9]/)
    expect((await run(flags(careless.url, '--mix', '1/0/0', '--gate', 'p50=0.0001'))).code).toBe(1)
  })

  it('exits 2 when the run says nothing about the server: the driver was late, or arrivals were dropped', async ({
    expect,
  }) => {
    await using server = await smallServer((_, response) => setTimeout(() => decide(response, 'BLOCK'), 150))
    const late = await run(flags(server.url, '--max-lateness', '0'))
    expect(late.code).toBe(2)
    expect(late.out).toContain('INVALID: the driver itself was late')
    const dropped = await run(flags(server.url, '--max-in-flight', '2'))
    expect(dropped.code).toBe(2)
    expect(dropped.out).toMatch(/INVALID: \d+ arrivals were dropped/)
  })

  it('exits 3 and says what to do when a flag is wrong or nobody answers', async ({ expect }) => {
    const wrong: [string[], RegExp][] = [
      [['--agents', 'many'], /--agents is "many"/],
      [['--agents', '0'], /agents is 0; 1 to 50000/],
      [['--scenario', 'rush'], /there is no scenario "rush"; there are .*realistic/],
      [['--mix', '70/30'], /--mix is "70\/30"/],
      [['--gate', 'p42=1'], /--gate is "p42=1"/],
      [['--pattern', 'zigzag'], /pattern is zigzag/],
      [['--faster'], /--faster/],
      [[], /http:\/\/127\.0\.0\.1:1\/graphql cannot be reached \(ECONNREFUSED\)/],
    ]
    for (const [more, message] of wrong) {
      const { code, err } = await run([...flags('http://127.0.0.1:1'), ...more])
      expect([code, err]).toEqual([3, expect.stringMatching(message)])
    }
  })

  it('exits 3 when the key is refused', async ({ expect }) => {
    await using server = await smallServer(() => undefined)
    const refusing = new URL(server.url)
    refusing.pathname = '/graphql'
    const { createServer } = await import('node:http')
    const door = createServer((request, response) => {
      request.resume()
      response.statusCode = 401
      response.end('{"errors":[{"message":"no","extensions":{"code":"UNAUTHENTICATED"}}]}')
    })
    await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve))
    const address = door.address() as { port: number }
    const { code, err } = await run(flags(`http://127.0.0.1:${address.port}`))
    door.closeAllConnections()
    door.close()
    expect(code).toBe(3)
    expect(err).toContain('refused the key')
  })
})
