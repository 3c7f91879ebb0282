import { ERROR_CODES } from '@lighthouse/contract/error-codes'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { lighthouse } from '../run.js'
import { bash, startWorld, VALIDATE, type World } from '../world.js'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

interface Refused {
  readonly errors?: readonly { message: string; extensions?: { code?: string; requestId?: string } }[]
}

async function post(body: string | Buffer, headers: Record<string, string> = {}) {
  const response = await fetch(world.ready.graphql, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${world.credentials.agentKey}`,
      ...headers,
    },
    body,
  })
  const text = await response.text()
  return { status: response.status, type: response.headers.get('content-type') ?? '', text }
}

const query = (text: string, variables: unknown = {}) => JSON.stringify({ query: text, variables })
const deep = (depth: number) => `{ me { ${'events { agent { '.repeat(depth)}id${' } }'.repeat(depth)} } }`

const REFUSALS: readonly [what: string, status: number, code: string, send: () => ReturnType<typeof post>][] =
  [
    ['an unknown field', 400, 'GRAPHQL_VALIDATION_FAILED', () => post(query('{ nothing }'))],
    ['a document that is not GraphQL', 400, 'GRAPHQL_PARSE_FAILED', () => post(query('{ me {'))],
    ['malformed JSON', 400, 'BAD_REQUEST', () => post('{"query": ')],
    ['a body of 1 MB', 413, 'PAYLOAD_TOO_LARGE', () => post(query(`{ me { id } } #${'x'.repeat(1 << 20)}`))],
    ['a document 50 levels deep', 400, 'QUERY_TOO_DEEP', () => post(query(deep(25)))],
    [
      'a wrong key',
      401,
      'UNAUTHENTICATED',
      () => post(query('{ me { id } }'), { authorization: 'Bearer lh_wrong' }),
    ],
    [
      'text/plain',
      415,
      'UNSUPPORTED_MEDIA_TYPE',
      () => post(query('{ me { id } }'), { 'content-type': 'text/plain' }),
    ],
    [
      'an unknown argument field',
      400,
      'BAD_USER_INPUT',
      () => post(query(VALIDATE, { i: { ...bash('ls').i, nothing: 1 } })),
    ],
  ]

describe('bad input', () => {
  for (const [what, status, code, send] of REFUSALS) {
    it(`[P-138] refuses ${what} with ${code} as JSON, and leaks nothing`, async ({ expect }) => {
      const answer = await send()
      expect(answer.type).toContain('json')
      const { errors } = JSON.parse(answer.text) as Refused
      expect(errors?.[0]?.extensions?.code).toBe(code)
      expect(ERROR_CODES).toHaveProperty(code)
      expect(answer.status).toBe(status)
      expect(errors?.[0]?.extensions?.requestId).toMatch(/\S/)
      expect(answer.text).not.toMatch(/stacktrace|node_modules|Did you mean| at .*\.[jt]s:/)
    })
  }

  it('[P-114] fails closed on malformed hook input: exit 2 and the reason on stderr', async ({ expect }) => {
    for (const stdin of ['', 'not json', '{}', '[]', '{"tool_name": 7}', Buffer.from([0xff, 0xfe, 0x00])]) {
      const ran = await lighthouse(['hook'], { stdin, env: world.env })
      expect(ran.code).toBe(2)
      expect(ran.stderr).toMatch(/\S/)
      expect(ran.stdout).not.toContain('"allow"')
    }
  })

  it('[P-114] fails closed when the gateway cannot be reached: the hook denies and validate exits 1', async ({
    expect,
  }) => {
    const env = { ...world.env, LIGHTHOUSE_URL: 'http://127.0.0.1:9/graphql' }
    const stdin = JSON.stringify({
      session_id: 's',
      cwd: '/',
      hook_event_name: 'PreToolUse',
      tool_name: 'Bash',
      tool_input: { command: 'ls' },
    })
    const hook = await lighthouse(['hook'], { stdin, env })
    const denied = hook.code === 2 || hook.stdout.includes('"deny"')
    expect(denied).toBe(true)
    expect(hook.stdout).not.toContain('"allow"')
    const validate = await lighthouse(['validate', '--json', 'ls'], { env })
    expect(validate.code).toBe(1)
  })
})
