import { createServer } from 'node:http'
import type { IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Perform } from '../src/as-caller.js'
import { reachRoutes } from '../src/routes.js'

export interface Asked {
  readonly headers: IncomingHttpHeaders
  readonly operationName: string
  readonly variables: Record<string, unknown>
}

/** A gateway as the routes see it: it takes the key `right`, and gives each operation the answer that is planned. */
export function gatewayOf(answer: (asked: Asked) => object | Promise<object>): {
  perform: Perform
  asked: Asked[]
} {
  const asked: Asked[] = []
  return {
    asked,
    async perform({ headers, body }) {
      const one = { headers, ...(body as unknown as Omit<Asked, 'headers'>) }
      asked.push(one)
      if (headers.authorization !== 'Bearer right') return failing('UNAUTHENTICATED', 401)
      if (one.operationName === 'WhoAmI') return answered({ me: { id: 'a', name: 'A', role: 'AGENT' } })
      return { status: 200, text: JSON.stringify(await answer(one)) }
    },
  }
}

export const answered = (data: object) => ({ status: 200, text: JSON.stringify({ data }) })

export const failing = (code: string, status: number) => ({
  status,
  text: JSON.stringify({ errors: [{ message: `it is ${code}`, extensions: { code } }] }),
})

export const decided = (decision: string) => ({
  data: { validateCommand: { id: 'd1', decision, tier: 'POLICY', reason: 'because' } },
})

/** The routes behind a real HTTP server. */
export async function serve(perform: Perform): Promise<{ origin: string } & AsyncDisposable> {
  const routes = reachRoutes('0.0.0')
  const server = createServer((request, response) => {
    const path = (request.url ?? '').split('?', 1)[0] ?? ''
    const route = routes[path] ?? routes[`${path.slice(0, path.lastIndexOf('/'))}/`]
    void route?.(request, response, perform)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
