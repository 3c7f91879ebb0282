import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { Pool } from 'undici'

/** A server in a process of its own. It tells its address when it is ready, and its CPU time when asked. */
export interface Served extends AsyncDisposable {
  readonly url: string
  /** Microseconds of CPU, user and system, since the process started. */
  cpuUs(): Promise<number>
  /** Bytes that the process holds in memory. */
  rssBytes(): Promise<number>
  /** Sends a message of the server's own and resolves with its answer. */
  tell(message: object): Promise<unknown>
  /** Posts one operation and resolves with the answer's text; throws unless it is 200 and has no errors. */
  post(body: string): Promise<string>
}

const CONNECTIONS = 16

/** Starts `servers/<name>.js` as users start a server: built, NODE_ENV=production. `settings` are handed to it. */
export async function serve(name: string, settings: object = {}): Promise<Served> {
  const child = fork(fileURLToPath(new URL(`./servers/${name}.js`, import.meta.url)), {
    env: { ...process.env, NODE_ENV: 'production' },
    execArgv: [],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  child.send(settings)
  const { url } = (await answerOf(child)) as { url: string }
  const { origin, pathname } = new URL(url)
  const pool = new Pool(origin, { connections: CONNECTIONS })
  const tell = (message: object) => {
    const answer = answerOf(child)
    child.send(message)
    return answer
  }
  return {
    url,
    tell,
    cpuUs: async () => ((await tell({ kind: 'usage' })) as { cpuUs: number }).cpuUs,
    rssBytes: async () => ((await tell({ kind: 'usage' })) as { rssBytes: number }).rssBytes,
    async post(body) {
      const headers = { 'content-type': 'application/json' }
      const response = await pool.request({ method: 'POST', path: pathname, headers, body })
      const text = await response.body.text()
      if (response.statusCode !== 200 || text.includes('"errors":['))
        throw new Error(`${name} answered ${response.statusCode}: ${text.slice(0, 300)}`)
      return text
    },
    async [Symbol.asyncDispose]() {
      await pool.close()
      child.disconnect()
      await once(child, 'exit')
    },
  }
}

async function answerOf(child: ChildProcess): Promise<unknown> {
  const ended = new AbortController()
  const { signal } = ended
  try {
    const lost = once(child, 'exit', { signal }).then(() =>
      Promise.reject(new Error('A server of the bench ended.')),
    )
    const [message] = (await Promise.race([once(child, 'message', { signal }), lost])) as unknown[]
    return message
  } finally {
    ended.abort()
  }
}
