import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js'
import {
  CallToolResultSchema,
  LATEST_PROTOCOL_VERSION,
  ListToolsResultSchema,
} from '@modelcontextprotocol/sdk/types.js'
import { reachRoutes } from '@lighthouse/reach/routes'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { decided, type FakeGateway, fakeGateway, lighthouse, LIGHTHOUSE } from './lighthouse.js'

const WITHIN_MS = 60_000
const TOOLS = ['validate', 'explain', 'events', 'experts', 'metrics']

/** What the graph answers to each document. */
function graph({
  operationName,
  variables,
}: {
  operationName?: string
  variables: Record<string, unknown>
}): object {
  const answers: Readonly<Record<string, object>> = {
    WhoAmI: { data: { me: { id: 'a', name: 'A', role: 'AGENT' } } },
    Validate: decided('ESCALATE'),
    Explain: { errors: [{ message: 'no such field', extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] },
    ReadEvents: { data: { events: { events: [{ id: 'e', variables }], lastSequence: 1, hasMore: false } } },
    ReadExperts: { data: { experts: [{ id: 'x' }] } },
    ReadOperations: { data: { operations: [{ name: 'Validate', variables }] } },
  }
  return answers[operationName ?? ''] ?? { errors: [{ message: `unexpected ${operationName}` }] }
}

interface Way {
  /** A client that has shaken hands. */
  connect(): Promise<Client>
  close(): Promise<void>
}

async function connected(transport: unknown): Promise<Client> {
  const client = new Client({ name: 'conformance', version: '1.0.0' })
  await client.connect(transport as Transport)
  return client
}

async function overStdio(): Promise<Way> {
  const gateway: FakeGateway = await fakeGateway(graph)
  return {
    connect: () =>
      connected(
        new StdioClientTransport({
          command: process.execPath,
          args: [...LIGHTHOUSE, 'mcp'],
          env: { ...process.env, ...gateway.env } as Record<string, string>,
        }),
      ),
    close: () => gateway[Symbol.asyncDispose]() as Promise<void>,
  }
}

async function overHttp(): Promise<Way> {
  const route = reachRoutes('0.0.0')['/mcp']
  const server = createServer((request, response) => {
    void route?.(request, response, async ({ headers, body }) => ({
      status: 200,
      text: JSON.stringify(
        headers.authorization === 'Bearer key'
          ? graph(body as Parameters<typeof graph>[0])
          : { errors: [{ message: 'who?', extensions: { code: 'UNAUTHENTICATED' } }] },
      ),
    }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`)
  return {
    connect: () =>
      connected(
        new StreamableHTTPClientTransport(url, { requestInit: { headers: { authorization: 'Bearer key' } } }),
      ),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

for (const [name, open] of [
  ['stdio', overStdio],
  ['streamable HTTP', overHttp],
] as const) {
  describe(`MCP over ${name}`, () => {
    let way: Way
    let client: Client
    beforeAll(async () => {
      way = await open()
      client = await way.connect()
    }, WITHIN_MS)
    afterAll(async () => {
      await client.close()
      await way.close()
    })
    const call = async (tool: string, args: Record<string, unknown> = {}) =>
      CallToolResultSchema.parse(await client.callTool({ name: tool, arguments: args }))
    const textOf = ({ content: [first] }: Awaited<ReturnType<typeof call>>) =>
      JSON.parse(first?.type === 'text' ? first.text : '') as Record<string, unknown>

    it('[P-116] shakes hands on the newest protocol, says what it is and what it can', async ({ expect }) => {
      expect(client.getServerVersion()).toMatchObject({ name: 'lighthouse' })
      expect(client.getServerCapabilities()).toMatchObject({ tools: {} })
      expect(client.getInstructions()).toContain('validate')
      expect(LATEST_PROTOCOL_VERSION).toMatch(/^\d{4}-\d\d-\d\d$/)
      await client.ping()
    })

    it('[P-116] lists its tools with schemas that a client can check', async ({ expect }) => {
      const { tools } = ListToolsResultSchema.parse(await client.listTools())
      expect(tools.map((tool) => tool.name)).toEqual(TOOLS)
      for (const { inputSchema, description, annotations, title } of tools) {
        expect(inputSchema.type).toBe('object')
        expect([description, title]).toEqual([expect.stringMatching(/\S/), expect.stringMatching(/\S/)])
        expect(annotations?.destructiveHint).toBe(false)
      }
      const validate = tools.find((tool) => tool.name === 'validate')
      expect(validate?.inputSchema.required).toEqual(['toolName', 'toolInput'])
      expect(validate?.annotations?.readOnlyHint).toBe(false)
    })

    it('[P-116] runs each tool, as text and as a structure', async ({ expect }) => {
      const toolCall = { toolName: 'Bash', toolInput: { command: 'git push' } }
      const decision = await call('validate', toolCall)
      expect(decision.structuredContent).toMatchObject({ decision: 'ESCALATE' })
      expect(textOf(decision)).toEqual(decision.structuredContent)
      expect(textOf(await call('experts'))).toEqual({ experts: [{ id: 'x' }] })
      expect(textOf(await call('metrics', { window: 'PT5M' }))).toMatchObject({
        operations: [{ variables: { window: 'PT5M', first: 50 } }],
      })
      const newest = textOf(await call('events', { types: ['FLAG_CHANGED'] }))
      expect(newest).toMatchObject({
        events: [{ variables: { filter: { types: ['FLAG_CHANGED'] }, last: 20 } }],
      })
      const next = textOf(await call('events', { after: 7, limit: 3 }))
      expect(next).toMatchObject({ events: [{ variables: { after: 7, first: 3 } }] })
    })

    it('[P-116] answers a failure of the graph as an error that carries no decision', async ({ expect }) => {
      const failed = await call('explain', { toolName: 'Bash', toolInput: {} })
      expect(failed.isError).toBe(true)
      expect(textOf(failed)).toEqual({
        error: { code: 'GRAPHQL_VALIDATION_FAILED', message: 'no such field' },
      })
      expect(JSON.stringify(failed)).not.toContain('ALLOW')
    })

    it('[P-116] refuses arguments that do not fit, tools and methods that it has not', async ({ expect }) => {
      for (const [tool, args] of [
        ['validate', {}],
        ['validate', { toolName: 'Bash', toolInput: 'ls' }],
        ['events', { limit: 100_000 }],
        ['no-such-tool', {}],
      ] as const) {
        const refused = await call(tool, args).then(
          ({ isError }) => isError,
          () => true,
        )
        expect([tool, args, refused]).toEqual([tool, args, true])
      }
      await expect(client.listPrompts()).rejects.toThrow()
      await client.ping()
    })
  })
}

describe('lighthouse mcp', () => {
  it(
    '[P-117] ends with 0 when its client goes, and with 1 when there is no instance',
    async ({ expect }) => {
      await using gateway = await fakeGateway(graph)
      expect(await lighthouse(['mcp'], { env: gateway.env })).toEqual({ code: 0, stdout: '', stderr: '' })
      const ran = await lighthouse(['mcp'])
      expect([ran.code, ran.stdout]).toEqual([1, ''])
      expect(ran.stderr).toContain('lighthouse up')
    },
    WITHIN_MS,
  )
})

describe('MCP over streamable HTTP', () => {
  it('[P-116] refuses a wrong key with 401, and methods that belong to sessions with 405', async ({
    expect,
  }) => {
    const way = await overHttp()
    try {
      const client = await way.connect()
      const url = (client.transport as unknown as { _url: URL })._url
      const initialize = { jsonrpc: '2.0', id: 1, method: 'initialize', params: {} }
      const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }
      const wrong = await fetch(url, { method: 'POST', headers, body: JSON.stringify(initialize) })
      expect([wrong.status, wrong.headers.get('www-authenticate')]).toEqual([401, 'Bearer'])
      for (const method of ['GET', 'DELETE']) expect((await fetch(url, { method, headers })).status).toBe(405)
      await client.close()
    } finally {
      await way.close()
    }
  })
})
