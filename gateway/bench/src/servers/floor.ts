import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Pool } from 'undici'
import { answering, settings } from './answering.js'

interface Replayed {
  readonly path: string
  readonly body: string
  readonly text: string
}

/**
 * The least that any gateway does for the heavy query: it takes the request, parses what subgraphs answered and writes
 * the answer. With `origin` it also asks the subgraphs, one after the other, for what it parses.
 */
const { fetches, answer, origin } = await settings<{ fetches: Replayed[]; answer: string; origin?: string }>()
const pool = origin === undefined ? undefined : new Pool(origin, { connections: 16 })
const headers = { 'content-type': 'application/json' }

async function arrived({ path, body, text }: Replayed): Promise<string> {
  if (pool === undefined) return text
  const response = await pool.request({ method: 'POST', path, headers, body })
  return response.body.text()
}

const server = createServer(async (request, response) => {
  for await (const _ of request) continue
  let parsed = 0
  for (const one of fetches) parsed += Object.keys(JSON.parse(await arrived(one)) as object).length
  response.writeHead(parsed > 0 ? 200 : 500, { ...headers, 'content-length': Buffer.byteLength(answer) })
  response.end(answer)
})
server.listen(0, '127.0.0.1')
await once(server, 'listening')
answering(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
