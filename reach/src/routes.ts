import { hookRoute } from './hook-route.js'
import type { Route } from './json-route.js'
import { mcpRoute } from './mcp/route.js'
import { ofrepRoute } from './ofrep-route.js'
import { policyRoute } from './policy-route.js'
import { validateRoute } from './validate-route.js'

/** The addresses beside GraphQL, for the gateway to serve; a path that ends in `/` stands for all below it. */
export function reachRoutes(version: string): Readonly<Record<string, Route>> {
  return {
    '/v1/validate': validateRoute,
    '/v1/policy/draft': policyRoute,
    '/ofrep/v1/evaluate/flags': ofrepRoute,
    '/ofrep/v1/evaluate/flags/': ofrepRoute,
    '/v1/hook/': hookRoute,
    '/mcp': mcpRoute(version),
  }
}
