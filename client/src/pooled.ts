import { Pool } from 'undici'
import { MAX_ANSWER_BYTES, type Wire } from './wire.js'

/** Keep-alive connections for programs that ask often. Requests past `connections` wait until their deadline. */
export function pooled(url: string, connections = 32): Wire {
  const target = new URL(url)
  const path = target.pathname + target.search
  const pool = new Pool(target.origin, {
    connections,
    keepAliveTimeout: 30_000,
    maxResponseSize: MAX_ANSWER_BYTES,
  })
  return {
    async post({ headers, body, signal }) {
      const answer = await pool.request({ method: 'POST', path, headers, body, signal })
      return { status: answer.statusCode, text: await answer.body.text() }
    },
    [Symbol.asyncDispose]: () => pool.destroy(),
  }
}
