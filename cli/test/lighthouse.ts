import { spawn } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

export interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const BUILT = fileURLToPath(new URL('../bin/lighthouse.mjs', import.meta.url))
/**
 * The command line, in a process of its own: from its sources, or as `npm test` built it, which is what users get and starts
 * in a fifth of the time.
 */
export const LIGHTHOUSE: readonly string[] =
  process.env['TEST_BUILT'] === '1' ? [BUILT] : ['--conditions=source', '--import', 'tsx', MAIN]

export interface RunOptions {
  readonly stdin?: string | Buffer
  readonly env?: NodeJS.ProcessEnv
}

/** Runs `lighthouse …` to its end; nothing of this machine's configuration reaches it. */
export async function lighthouse(
  args: readonly string[],
  { stdin = '', env = {} }: RunOptions = {},
): Promise<Ran> {
  const { PATH, HOME } = process.env
  const child = spawn(process.execPath, [...LIGHTHOUSE, ...args], {
    env: { PATH, HOME, LIGHTHOUSE_DATA_DIR: '/nonexistent/lighthouse', ...env },
  })
  const code = new Promise<number | null>((resolve) => child.once('close', resolve))
  child.stdin.on('error', () => undefined).end(stdin)
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  return { code: await code, stdout, stderr }
}

export interface FakeGateway extends AsyncDisposable {
  readonly env: NodeJS.ProcessEnv
  readonly url: string
  readonly asked: { operationName?: string; query: string; variables: Record<string, unknown> }[]
}

/** A gateway at the process edge that answers every request with `answer`. */
export async function fakeGateway(
  answer: (request: FakeGateway['asked'][number]) => unknown,
): Promise<FakeGateway> {
  const asked: FakeGateway['asked'] = []
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      if (request.url === '/readyz?subgraphs=all') return response.end('{"ready":true}')
      const parsed = JSON.parse(body) as FakeGateway['asked'][number]
      asked.push(parsed)
      return response.end(JSON.stringify(answer(parsed)))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`
  return {
    url,
    env: { LIGHTHOUSE_URL: url, LIGHTHOUSE_KEY: 'key' },
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** A decision as the graph answers it. */
export function decided(decision: string): object {
  return {
    data: {
      validateCommand: {
        id: 'd1',
        decision,
        tier: 'POLICY',
        confidence: 'HIGH',
        processingMs: 1.25,
        reason: 'because',
      },
    },
  }
}
