import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { SubgraphRequest } from '@lighthouse/contract/subgraph-request'
import type { FormattedExecutionResult } from 'graphql'
import {
  compose,
  type Gateway,
  type GatewayOptions,
  startGateway,
  startStandaloneGateway,
} from '../src/main.js'
import { sdls, type TestSubgraph, transportsOf } from './federate.js'

export type Answered = FormattedExecutionResult & { readonly status: number; readonly headers: Headers }

/** A gateway over in-process subgraphs, on a free port. */
export function gatewayOf(
  subgraphs: readonly TestSubgraph[],
  options: Partial<GatewayOptions> = {},
): Promise<Gateway> {
  return startGateway({
    supergraph: { subgraphs: sdls(subgraphs) },
    transports: transportsOf(subgraphs),
    ...options,
  })
}

/** Posts one operation. */
export async function post(
  url: string,
  query: string,
  variables?: Record<string, unknown>,
  headers: Record<string, string> = {},
): Promise<Answered> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify({ query, variables }),
  })
  const answer = (await response.json()) as FormattedExecutionResult
  return { ...answer, status: response.status, headers: response.headers }
}

/** Serves a subgraph over plain HTTP. `behave` may answer instead of it. */
export async function serve(
  subgraph: Pick<TestSubgraph, 'request'>,
  behave?: (body: string) => { status?: number; text: string; type?: string } | undefined,
): Promise<{ url: string; headers: Record<string, unknown>[] } & AsyncDisposable> {
  const headers: Record<string, unknown>[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    headers.push(request.headers)
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', async () => {
      const text = Buffer.concat(chunks).toString()
      const own = behave?.(text)
      if (own !== undefined) {
        response.writeHead(own.status ?? 200, { 'content-type': own.type ?? 'application/json' })
        response.end(own.text)
        return
      }
      const answer = await subgraph.request({
        ...(JSON.parse(text) as SubgraphRequest),
        variables: {},
        ...JSON.parse(text),
      })
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(JSON.stringify(answer))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    headers,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** A gateway as its command starts it, over subgraphs that are served over HTTP for it. */
export async function standaloneOver(
  subgraphs: readonly TestSubgraph[],
): Promise<Pick<Gateway, 'url' | 'origin'> & AsyncDisposable> {
  const served = await Promise.all(subgraphs.map((one) => serve(one)))
  const addressed = sdls(subgraphs).map((one, nth) => ({ ...one, url: served[nth]?.url ?? '' }))
  const gateway = await startStandaloneGateway({ supergraphSdl: compose(addressed) })
  return {
    url: gateway.url,
    origin: gateway.origin,
    async [Symbol.asyncDispose]() {
      await gateway.close()
      for (const one of served) await one[Symbol.asyncDispose]()
    },
  }
}
