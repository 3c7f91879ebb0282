import { readFileSync } from 'node:fs'
import { ERROR_CODES } from '@lighthouse/contract/error-codes'
import { describe, it } from 'vitest'
import { decided, gatewayOf, serve } from './served.js'

const CALL = { toolName: 'Bash', toolInput: { command: 'ls' } }

function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: 'Bearer right', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
}

describe('POST /v1/validate', () => {
  it('answers the decision, asked with the caller’s own credential and id', async ({ expect }) => {
    const { perform, asked } = gatewayOf(() => decided('ESCALATE'))
    await using served = await serve(perform)
    const answer = await post(
      `${served.origin}/v1/validate`,
      { ...CALL, cwd: '/work', requestId: 'r1' },
      {
        'x-lighthouse-request-id': 'mine',
      },
    )
    expect([answer.status, await answer.json()]).toMatchObject([200, { decision: 'ESCALATE', id: 'd1' }])
    expect(asked).toMatchObject([
      {
        operationName: 'Validate',
        variables: { input: { ...CALL, cwd: '/work', requestId: 'r1' } },
        headers: { authorization: 'Bearer right', 'x-lighthouse-request-id': 'mine' },
      },
    ])
  })

  it('refuses what is no tool call with a code, without asking', async ({ expect }) => {
    const { perform, asked } = gatewayOf(() => decided('ALLOW'))
    await using served = await serve(perform)
    const url = `${served.origin}/v1/validate`
    const bad: readonly (readonly [unknown, keyof typeof ERROR_CODES])[] = [
      ['', 'BAD_REQUEST'],
      ['{', 'BAD_REQUEST'],
      ['[]', 'BAD_REQUEST'],
      ['null', 'BAD_REQUEST'],
      [{}, 'BAD_USER_INPUT'],
      [{ ...CALL, agentId: 'admin' }, 'BAD_USER_INPUT'],
      [{ ...CALL, cwd: 7 }, 'BAD_USER_INPUT'],
      [{ ...CALL, toolName: 1 }, 'BAD_USER_INPUT'],
      [`{"toolName":"${'x'.repeat(1024 * 1024)}"}`, 'PAYLOAD_TOO_LARGE'],
    ]
    for (const [body, code] of bad) {
      const answer = await post(url, body)
      const { error } = (await answer.json()) as { error: { code: string; message: string } }
      expect([answer.status, error.code]).toEqual([ERROR_CODES[code].status, code])
      expect(error.message).toMatch(/\S/)
    }
    expect((await post(url, CALL, { 'content-type': 'text/plain' })).status).toBe(415)
    expect((await fetch(url)).status).toBe(405)
    expect(asked).toEqual([])
  })

  it('passes the graph’s refusals on with their status, and no fault as a decision', async ({ expect }) => {
    const { perform } = gatewayOf(({ variables }) => {
      const code = (variables['input'] as { requestId: string }).requestId
      return { errors: [{ message: 'no', extensions: { code } }] }
    })
    await using served = await serve(perform)
    const url = `${served.origin}/v1/validate`
    for (const code of ['FORBIDDEN', 'OVERLOADED', 'DEADLINE_EXCEEDED'] as const) {
      const answer = await post(url, { ...CALL, requestId: code })
      expect([answer.status, await answer.json()]).toMatchObject([
        ERROR_CODES[code].status,
        { error: { code, retryable: ERROR_CODES[code].retryable } },
      ])
    }
    const wrong = await post(url, CALL, { authorization: 'Bearer wrong' })
    expect([wrong.status, wrong.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
  })
})

describe('POST /v1/hook/<agent>', () => {
  const input = { hook_event_name: 'PreToolUse', tool_name: 'Bash', tool_input: { command: 'ls' } }
  const deny = { hookSpecificOutput: { permissionDecision: 'deny' } }

  it('[P-114] answers as the agent understands it', async ({ expect }) => {
    const { perform } = gatewayOf(() => decided('ALLOW'))
    await using served = await serve(perform)
    const answer = await post(`${served.origin}/v1/hook/claude-code`, input)
    expect([answer.status, await answer.json()]).toMatchObject([
      200,
      { hookSpecificOutput: { hookEventName: 'PreToolUse', permissionDecision: 'allow' } },
    ])
    const copilot = await post(`${served.origin}/v1/hook/copilot`, { toolName: 'bash', toolArgs: '{}' })
    expect(await copilot.json()).toMatchObject({ permissionDecision: 'allow' })
  })

  it('[P-114] denies with status 200 whatever goes wrong, as agents go on after any other', async ({
    expect,
  }) => {
    const { perform } = gatewayOf(() => ({ errors: [{ message: 'down' }] }))
    await using served = await serve(perform)
    const url = `${served.origin}/v1/hook/claude-code`
    const answers = [
      await post(url, input),
      await post(url, input, { authorization: 'Bearer wrong' }),
      await post(url, input, { authorization: 'Basic x' }),
      await post(url, ''),
      await post(url, '{'),
      await post(url, { hook_event_name: 'Stop' }),
      await fetch(url, { method: 'POST', body: Buffer.from([0xff, 0xfe]) }),
      await post(url, `"${'x'.repeat(9 * 1024 * 1024)}"`),
    ]
    for (const answer of answers) expect([answer.status, await answer.json()]).toMatchObject([200, deny])
  })

  it('says that an address is no hook', async ({ expect }) => {
    await using served = await serve(gatewayOf(() => decided('ALLOW')).perform)
    expect((await post(`${served.origin}/v1/hook/nobody`, input)).status).toBe(404)
    expect((await post(`${served.origin}/v1/hook/toString`, input)).status).toBe(404)
    expect((await fetch(`${served.origin}/v1/hook/claude-code`)).status).toBe(405)
  })
})

describe('the OpenAPI file', () => {
  const api = JSON.parse(
    readFileSync(new URL('../../docs/reference/openapi.json', import.meta.url), 'utf8'),
  ) as {
    paths: Record<string, object>
    components: { schemas: Record<string, { enum?: string[]; properties?: object }> }
  }

  it('lists the addresses, every error code, and the fields of the input', ({ expect }) => {
    expect(Object.keys(api.paths)).toEqual(
      expect.arrayContaining(['/v1/validate', '/v1/hook/{agent}', '/mcp']),
    )
    const { schemas } = api.components
    expect(schemas['ErrorCode']?.enum).toEqual(Object.keys(ERROR_CODES))
    expect(Object.keys(schemas['ToolCall']?.properties ?? {})).toEqual([
      'toolName',
      'toolInput',
      'requestId',
      'sessionId',
      'cwd',
      'projectRoot',
    ])
  })
})
