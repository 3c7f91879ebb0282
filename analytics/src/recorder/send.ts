import http from 'node:http'
import https from 'node:https'

/** Where bytes are posted to, with the credentials as ready headers. */
export interface Target {
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
}

export interface Post {
  readonly search?: Readonly<Record<string, string>>
  readonly headers?: Readonly<Record<string, string>>
  readonly body: Buffer
  readonly timeoutMs: number
}

export interface Reply {
  readonly status: number
  /** ClickHouse's error code from X-ClickHouse-Exception-Code; 0 when there is none. */
  readonly exceptionCode: number
  /** The first 2 KB of the body. */
  readonly text: string
}

const MAX_REPLY_TEXT = 2_048
const AGENT_OPTIONS = { keepAlive: true, maxSockets: 2, maxFreeSockets: 2 }

/** Posts over kept-alive connections of its own: at most two sockets. */
export class Sender implements Disposable {
  readonly #target: Target
  readonly #agent: http.Agent
  readonly #request: typeof http.request

  constructor(target: Target) {
    this.#target = target
    const secure = target.url.protocol === 'https:'
    this.#agent = secure ? new https.Agent(AGENT_OPTIONS) : new http.Agent(AGENT_OPTIONS)
    this.#request = secure ? https.request : http.request
  }

  /** Resolves with whatever HTTP answer came; rejects when none did within `timeoutMs`. */
  post({ search = {}, headers = {}, body, timeoutMs }: Post): Promise<Reply> {
    const url = new URL(this.#target.url)
    for (const [key, value] of Object.entries(search)) url.searchParams.set(key, value)
    return new Promise((resolve, reject) => {
      const request = this.#request(url, {
        method: 'POST',
        agent: this.#agent,
        headers: { ...this.#target.headers, ...headers, 'content-length': body.length },
        signal: AbortSignal.timeout(timeoutMs),
      })
      request.once('error', reject)
      request.once('response', (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => {
          if (text.length < MAX_REPLY_TEXT) text += chunk.slice(0, MAX_REPLY_TEXT - text.length)
        })
        response.once('error', reject)
        response.once('end', () => {
          const code = Number(response.headers['x-clickhouse-exception-code'] ?? 0)
          resolve({ status: response.statusCode ?? 0, exceptionCode: code, text })
        })
      })
      request.end(body)
    })
  }

  [Symbol.dispose](): void {
    this.#agent.destroy()
  }
}
