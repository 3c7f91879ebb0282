/** Where a subgraph answers, as undici and ws want it. */
export interface Address {
  readonly origin: string
  /** A unix socket to connect to instead of the origin's host. */
  readonly socketPath: string | undefined
  /** Path and query of the GraphQL endpoint. */
  readonly path: string
  /** The same endpoint for graphql-transport-ws. */
  readonly wsUrl: string
}

/**
 * Reads `http://host/graphql`, `https://…` or `http+unix:/run/reviews.sock:/graphql` (the socket's path, then the path on
 * it; `/graphql` when absent). Throws for anything else.
 */
export function addressOf(name: string, text: string): Address {
  const unix = /^http\+unix:(?:\/\/)?(\/[^:?#]+)(?::(\/.*))?$/.exec(text)
  if (unix !== null) {
    const [, socketPath = '', path = '/graphql'] = unix
    return { origin: 'http://localhost', socketPath, path, wsUrl: `ws+unix:${socketPath}:${path}` }
  }
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url?.protocol === 'http:' || url?.protocol === 'https:') {
    return {
      origin: url.origin,
      socketPath: undefined,
      path: url.pathname + url.search,
      wsUrl: url.href.replace(/^http/, 'ws'),
    }
  }
  throw new Error(
    `Subgraph "${name}" has no http(s) address: "${text}". Use http://, https:// or http+unix:/path/to.sock:/graphql.`,
  )
}
