import type { Transport } from '@lighthouse/client/transport'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { createMcpServer } from './server.js'

/** Serves MCP on stdin and stdout until stdin ends. Nothing else may write to stdout. */
export async function serveMcpStdio(transport: Transport, version: string): Promise<void> {
  const server = createMcpServer(transport, version)
  const ended = new Promise<void>((resolve) => {
    process.stdin.once('end', () => resolve()).once('close', () => resolve())
  })
  await server.connect(new StdioServerTransport())
  await ended
  await server.close()
}
