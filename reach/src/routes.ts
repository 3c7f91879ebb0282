import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Perform } from './as-caller.js'
import { hookRoute } from './hook-route.js'
import { mcpRoute } from './mcp/route.js'
import { ofrepRoute } from './ofrep-route.js'
import { policyRoute } from './policy-route.js'
import { validateRoute } from './validate-route.js'

/** The addresses beside GraphQL, for the gateway to serve; a path that ends in `/` stands for all below it. */
export function reachRoutes(
  version: string,
): Readonly<
  Record<string, (request: IncomingMessage, response: ServerResponse, perform: Perform) => Promise<void>>
> {
  return {
    '/v1/validate': validateRoute,
    '/v1/policy/draft': policyRoute,
    '/ofrep/v1/evaluate/flags': ofrepRoute,
    '/ofrep/v1/evaluate/flags/': ofrepRoute,
    '/v1/hook/': hookRoute,
    '/mcp': mcpRoute(version),
  }
}
