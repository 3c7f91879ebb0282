import type { IncomingMessage, ServerResponse } from 'node:http'
import { WHO_AM_I } from '@lighthouse/client/documents'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import { asCaller, type Perform } from '../as-caller.js'
import { readJson } from '../read-body.js'
import { Refused, sendError } from '../refused.js'
import { createMcpServer } from './server.js'

const MAX_BODY_BYTES = 1024 * 1024

/**
 * POST /mcp: MCP over streamable HTTP, as the caller of each request. Without sessions, so that any gateway behind a
 * balancer answers any request; there is nothing to stream or to end, so that GET and DELETE are refused.
 */
export function mcpRoute(version: string) {
  return async (request: IncomingMessage, response: ServerResponse, perform: Perform): Promise<void> => {
    try {
      if (request.method !== 'POST')
        throw new Refused('METHOD_NOT_ALLOWED', 'MCP is spoken with POST here; there are no sessions.', {
          allow: 'POST, OPTIONS',
        })
      const body = await readJson(request, MAX_BODY_BYTES)
      const transport = asCaller(perform, request.headers, 'lighthouse-mcp/1')
      await transport.run(WHO_AM_I, {})
      const server = createMcpServer(transport, version)
      const http = new StreamableHTTPServerTransport({ enableJsonResponse: true })
      response.once('close', () => void Promise.allSettled([http.close(), server.close()]))
      await server.connect(http as Parameters<typeof server.connect>[0])
      await http.handleRequest(request, response, body)
    } catch (error) {
      if (response.headersSent) response.destroy()
      else sendError(response, error)
    }
  }
}
