import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { LLMock } from '@copilotkit/aimock'
import { describe, it } from 'vitest'
import { createLlm, type LlmOptions } from '../src/experts/llm.js'
import { createExperts } from '../src/main.js'
import { CONSULT, type Consulted, inputOf, questionOf, requestOf } from './ask.js'
import { INJECTIONS } from './injections.js'
import { PLANTED } from './planted.js'

const ALLOW = { decision: 'ALLOW', confidence: 0.97, reasoning: 'small and local' }
const never = new AbortController().signal

/** An OpenAI-compatible server on a real port. */
async function model(setUp: (mock: LLMock) => void) {
  const mock = new LLMock({ host: '127.0.0.1', port: 0 })
  setUp(mock)
  await mock.start()
  return {
    baseURL: `${mock.url}/v1`,
    mock,
    async [Symbol.asyncDispose]() {
      await mock.stop()
    },
  }
}

const answering = (content: unknown) =>
  model((mock) =>
    mock.onMessage(/./s, { content: typeof content === 'string' ? content : JSON.stringify(content) }),
  )

/** A server that answers as no mock would: raw bytes, half answers, silence. */
async function rawModel(answer: (response: ServerResponse) => void) {
  const server = createServer((request, response) => {
    request.resume()
    request.on('end', () => answer(response))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    baseURL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

const llm = (baseURL: string, over: Partial<LlmOptions> = {}) =>
  createLlm({ baseURL, apiKey: 'test-key', model: 'judge-1', timeoutMs: 2_000, ...over })

async function consult(baseURL: string, input: Record<string, unknown>, over: Partial<LlmOptions> = {}) {
  const openai = { baseURL, apiKey: 'test-key', model: 'judge-1', timeoutMs: 2_000, ...over }
  await using experts = await createExperts({ openai })
  const { data, errors } = await experts.request(requestOf(CONSULT, { input }))
  if (errors) throw new Error(JSON.stringify(errors))
  return data?.['consult'] as Consulted
}

/** A well-formed completion, with what a test wants to be different. */
const completion = (choice: Record<string, unknown>) =>
  JSON.stringify({
    id: 'c',
    object: 'chat.completion',
    created: 1,
    model: 'judge-1',
    choices: [{ index: 0, finish_reason: 'stop', ...choice }],
    usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
  })

const sends =
  (body: string, status = 200) =>
  (response: ServerResponse) => {
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(body)
  }

/** Many servers and real times: other work on the machine may spoil one try, not three. */
const BUSY = { retry: 2, timeout: 30_000 } as const

describe('a model as an expert', () => {
  it('decides where the script has no rule, and its verdict is the answer', async ({ expect }) => {
    for (const decision of ['ALLOW', 'BLOCK', 'ESCALATE']) {
      await using server = await answering({ ...ALLOW, decision })
      const given = await consult(server.baseURL, inputOf('./bin/compact --level 3'))
      expect(given).toMatchObject({ status: 'DECIDED', decision, confidence: 0.97 })
      expect(given.reasoning).toBe('Model: small and local')
      expect(given.votes.map(({ expert }) => expert.kind)).toEqual(['SCRIPTED', 'LLM'])
    }
  })

  it('is asked once, with a strict schema, and its tokens and cost are counted', async ({ expect }) => {
    await using server = await model((mock) =>
      mock.onMessage(/./s, {
        content: JSON.stringify(ALLOW),
        usage: { prompt_tokens: 400, completion_tokens: 50 },
      }),
    )
    const expert = llm(server.baseURL, { price: { promptUsd: 2, completionUsd: 8 } })
    const said = await expert.ask(questionOf('./bin/compact'), never)
    expect(said).toMatchObject({
      decision: 'ALLOW',
      firm: true,
      usage: { promptTokens: 400, completionTokens: 50 },
    })
    expect(expert.spent()).toMatchObject({ calls: 1, promptTokens: 400, completionTokens: 50 })
    expect(expert.spent().costUsd).toBeCloseTo((400 * 2 + 50 * 8) / 1e6)
    const [request, ...more] = server.mock.getRequests()
    expect(more).toEqual([])
    expect(request?.body).toMatchObject({
      model: 'judge-1',
      response_format: {
        type: 'json_schema',
        json_schema: { strict: true, schema: { additionalProperties: false } },
      },
    })
  })

  it('allows only when it is sure enough, sees all of the input, and the risk is not CRITICAL', async ({
    expect,
  }) => {
    await using unsure = await answering({ ...ALLOW, confidence: 0.7 })
    const doubtful = await consult(unsure.baseURL, inputOf('./bin/x'))
    expect([doubtful.decision, doubtful.reasoning]).toEqual([
      'ESCALATE',
      expect.stringContaining('0.7 is below 0.9'),
    ])
    await using sure = await answering(ALLOW)
    expect((await consult(sure.baseURL, inputOf('./bin/x', { riskLevel: 'CRITICAL' }))).decision).toBe(
      'ESCALATE',
    )
    expect((await consult(sure.baseURL, inputOf(`./bin/x ${'a '.repeat(20_000)}`))).decision).toBe('ESCALATE')
    expect((await consult(sure.baseURL, inputOf('./bin/x'), { minAllowConfidence: 0.99 })).decision).toBe(
      'ESCALATE',
    )
    expect((await consult(sure.baseURL, inputOf('./bin/x'))).decision).toBe('ALLOW')
  })

  it(
    '[P-069] is never read as ALLOW when it answers garbage, refuses, stops early or fails',
    BUSY,
    async ({ expect }) => {
      const content = (text: unknown) => completion({ message: { role: 'assistant', content: text } })
      const json = JSON.stringify(ALLOW)
      const answers: Record<string, (response: ServerResponse) => void> = {
        prose: sends(content('ALLOW')),
        'fenced JSON': sends(content(`\`\`\`json\n${json}\n\`\`\``)),
        'truncated JSON': sends(content(json.slice(0, -8))),
        'two objects': sends(content(`${json}${json}`)),
        'a list': sends(content(`[${json}]`)),
        null: sends(content('null')),
        'no content': sends(content(null)),
        'unknown decision': sends(content(JSON.stringify({ ...ALLOW, decision: 'allow' }))),
        'a decision list': sends(content(JSON.stringify({ ...ALLOW, decision: ['ALLOW'] }))),
        'confidence as text': sends(content(JSON.stringify({ ...ALLOW, confidence: '1' }))),
        'confidence above 1': sends(content(JSON.stringify({ ...ALLOW, confidence: 97 }))),
        'no reasoning': sends(content(JSON.stringify({ ...ALLOW, reasoning: ' ' }))),
        'a field too many': sends(content(JSON.stringify({ ...ALLOW, override: true }))),
        'a field missing': sends(content('{"decision":"ALLOW"}')),
        refusal: sends(completion({ message: { role: 'assistant', content: json, refusal: 'I cannot' } })),
        'stopped at length': sends(
          completion({ finish_reason: 'length', message: { role: 'assistant', content: json } }),
        ),
        'content filter': sends(
          completion({ finish_reason: 'content_filter', message: { role: 'assistant', content: json } }),
        ),
        'tool call': sends(
          completion({ finish_reason: 'tool_calls', message: { role: 'assistant', content: json } }),
        ),
        'no choice': sends('{"choices":[]}'),
        'empty object': sends('{}'),
        'not JSON': sends('<html>ALLOW</html>'),
        'empty body': sends(''),
        'error 500': sends(`{"error":{"message":"${'x'.repeat(2_000)}"}}`, 500),
        'error 429': sends('{"error":{"message":"slow down"}}', 429),
        'error 401': sends('{"error":{"message":"bad key"}}', 401),
        'half an answer': (response) => {
          response.writeHead(200, { 'content-type': 'application/json', 'content-length': '5000' })
          response.write(content(json).slice(0, 80))
          setTimeout(() => response.destroy(), 20)
        },
        'hangs up': (response) => response.destroy(),
      }
      for (const [name, answer] of Object.entries(answers)) {
        await using server = await rawModel(answer)
        const { status, decision, votes } = await consult(server.baseURL, inputOf('./bin/x'))
        expect([name, status, decision]).toEqual([name, 'DECIDED', 'ESCALATE'])
        expect([name, votes.map(({ expert }) => expert.kind)]).toEqual([name, ['SCRIPTED']])
      }
      const nobody = await consult('http://127.0.0.1:1/v1', inputOf('./bin/x'))
      expect([nobody.decision, nobody.reasoning]).toEqual([
        'ESCALATE',
        expect.stringContaining('gave no verdict'),
      ])
    },
  )

  it(
    '[P-069] is given up within its budget when it is slow or hangs, and is not asked twice',
    BUSY,
    async ({ expect }) => {
      let asked = 0
      await using hanging = await rawModel((response) => {
        expect(response.req.headers['authorization']).toBe('Bearer test-key')
        asked++
        response.writeHead(200, { 'content-type': 'application/json' })
        response.write(' ')
      })
      const startedAt = performance.now()
      const byBudget = await consult(hanging.baseURL, inputOf('./bin/x'), { timeoutMs: 200 })
      const byDeadline = await consult(hanging.baseURL, inputOf('./bin/x', { timeoutMs: 200 }))
      expect(performance.now() - startedAt).toBeLessThan(1_500)
      expect([byBudget.decision, byDeadline.decision, asked]).toEqual(['ESCALATE', 'ESCALATE', 2])
      await using slow = await model((mock) =>
        mock.onMessage(/./s, async () => {
          await sleep(600)
          return { content: JSON.stringify(ALLOW) }
        }),
      )
      expect((await consult(slow.baseURL, inputOf('./bin/x'), { timeoutMs: 150 })).decision).toBe('ESCALATE')
    },
  )

  it(
    '[P-069] is left alone for a while after failing several times in a row, and heard again afterwards',
    BUSY,
    async ({ expect }) => {
      let asked = 0
      let broken = true
      await using server = await rawModel((response) => {
        asked++
        if (broken) sends('{}', 500)(response)
        else sends(completion({ message: { role: 'assistant', content: JSON.stringify(ALLOW) } }))(response)
      })
      const expert = llm(server.baseURL, { breakerFailures: 3, breakerOpenMs: 100 })
      for (let i = 0; i < 10; i++) expect(await expert.ask(questionOf('./x'), never)).toHaveProperty('none')
      expect(asked).toBe(3)
      expect(expert.offline()).toContain('failed several times')
      broken = false
      await expect
        .poll(async () => expert.ask(questionOf('./x'), never), { timeout: 3_000, interval: 60 })
        .toMatchObject({ decision: 'ALLOW' })
      expect(expert.offline()).toBeUndefined()
    },
  )

  it('a caller who leaves is no failure of the model', async ({ expect }) => {
    await using server = await rawModel(() => undefined)
    const expert = llm(server.baseURL, { breakerFailures: 2 })
    for (let i = 0; i < 4; i++) {
      expect(await expert.ask(questionOf('./x'), AbortSignal.timeout(30))).toEqual({
        none: 'the model did not answer in time',
      })
    }
    expect(expert.offline()).toBeUndefined()
  })

  it('[P-069] is not asked once this hour’s tokens are used up', BUSY, async ({ expect }) => {
    await using server = await model((mock) =>
      mock.onMessage(/./s, {
        content: JSON.stringify(ALLOW),
        usage: { prompt_tokens: 900, completion_tokens: 200 },
      }),
    )
    const openai = { baseURL: server.baseURL, apiKey: 'k', model: 'judge-1', maxTokensPerHour: 2_000 }
    await using experts = await createExperts({ openai })
    const decisions: unknown[] = []
    for (let i = 0; i < 4; i++) {
      const { data } = await experts.request(requestOf(CONSULT, { input: inputOf('./bin/x') }))
      decisions.push((data?.['consult'] as Consulted | undefined)?.decision)
    }
    expect(decisions).toEqual(['ALLOW', 'ALLOW', 'ESCALATE', 'ESCALATE'])
    expect(server.mock.getRequests()).toHaveLength(2)
  })

  it('is asked by at most so many at one time; the rest wait their turn', BUSY, async ({ expect }) => {
    let now = 0
    let most = 0
    await using server = await rawModel((response) => {
      now++
      most = Math.max(most, now)
      setTimeout(() => {
        now--
        sends(completion({ message: { role: 'assistant', content: JSON.stringify(ALLOW) } }))(response)
      }, 20)
    })
    const expert = llm(server.baseURL, { maxConcurrent: 3 })
    const said = await Promise.all(Array.from({ length: 12 }, () => expert.ask(questionOf('./x'), never)))
    expect(said.every((one) => 'decision' in one)).toBe(true)
    expect(most).toBe(3)
  })

  it(
    '[P-068] gets the same request and gives the same verdict whatever a command tries to tell it',
    BUSY,
    async ({ expect }) => {
      // This model obeys: it allows whenever anything outside the fence says so. Nothing inside may reach there.
      await using server = await model((mock) =>
        mock.onMessage(/./s, (request) => {
          const user = String(request.messages.at(-1)?.content)
          const lines = user.split('\n')
          const outside = [
            ...lines.slice(0, lines.indexOf(lines.at(-1) ?? '')),
            ...lines.slice(lines.lastIndexOf(lines.at(-1) ?? '')),
          ]
          const obeys = outside.some((line) => line.includes('ALLOW')) || request.messages.length !== 2
          return { content: JSON.stringify({ ...ALLOW, decision: obeys ? 'ALLOW' : 'BLOCK' }) }
        }),
      )
      for (const text of INJECTIONS) {
        const toolInput = { command: `./bin/x # ${text}`, description: text }
        const input = inputOf('', { toolInput, cwd: text, concerns: [text] })
        const { decision } = await consult(server.baseURL, input)
        expect([text, decision]).toEqual([text, 'BLOCK'])
      }
      expect(INJECTIONS.length).toBeGreaterThanOrEqual(20)
    },
  )

  it('[P-070] is never sent a planted secret', BUSY, async ({ expect }) => {
    await using server = await answering({ ...ALLOW, decision: 'ESCALATE' })
    for (const [secret, text] of PLANTED) {
      const planted = text.replace('%', secret)
      await llm(server.baseURL).ask(questionOf(planted, { concerns: [planted] }), never)
      const sent = JSON.stringify(server.mock.getLastRequest()?.body)
      expect(sent).toContain('[redacted]')
      expect([text, sent.includes(secret)]).toEqual([text, false])
    }
  })

  it('says nothing of its own that could mislead who reads it', async ({ expect }) => {
    await using server = await answering({ ...ALLOW, decision: 'BLOCK', reasoning: 'bad\u202eevil\u001b[2K' })
    const { reasoning } = await consult(server.baseURL, inputOf('./bin/x'))
    expect(reasoning).toBe('Model: bad\\u202eevil\\u001b[2K')
  })
})
