import { ClientError } from '@lighthouse/client/client-error'
import type { Transport } from '@lighthouse/client/transport'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js'
import type { z } from 'zod'
import { codedOf } from '../refused.js'
import { type Tool, TOOLS } from './tools.js'

const INSTRUCTIONS =
  'Lighthouse decides whether tool calls may run and keeps what happened. Call `validate` before a command, a write or a fetch that you are not sure about, and obey: ALLOW run it, ESCALATE ask your user, BLOCK do not.'

/** An MCP server whose tools ask the graph through `transport`, as whoever that transport's key belongs to. */
export function createMcpServer(transport: Transport, version: string): McpServer {
  const server = new McpServer({ name: 'lighthouse', version }, { instructions: INSTRUCTIONS })
  for (const [name, tool] of Object.entries(TOOLS))
    register(server, name, tool as Tool<z.ZodRawShape>, transport)
  return server
}

function register(server: McpServer, name: string, tool: Tool<z.ZodRawShape>, transport: Transport): void {
  const { title, description, input, readOnly } = tool
  const annotations = { title, readOnlyHint: readOnly, destructiveHint: false, openWorldHint: false }
  server.registerTool(name, { title, description, inputSchema: input, annotations }, (given) =>
    answer(() => tool.run(transport, given)),
  )
}

/** A failure is a result that the model reads, never a decision. */
async function answer(run: () => Promise<object>): Promise<CallToolResult> {
  try {
    const found = await run()
    return {
      content: [{ type: 'text', text: JSON.stringify(found) }],
      structuredContent: found as Record<string, unknown>,
    }
  } catch (error) {
    const { code, message } = error instanceof ClientError ? error : codedOf(error)
    return { isError: true, content: [{ type: 'text', text: JSON.stringify({ error: { code, message } }) }] }
  }
}
