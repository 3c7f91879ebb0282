import { request as httpRequest } from 'node:http'
import { transportOver } from './exchange.js'
import type { Transport, TransportOptions } from './transport.js'
import { MAX_ANSWER_BYTES, type Wire, type WireAnswer, type WireRequest } from './wire.js'

/**
 * A transport with a connection a request, by what Node has loaded anyway: for a hook or a command that asks once and ends. Loading the
 * pool costs such a process 80 ms of CPU, more than all the rest of it.
 */
export function openOneShot(options: TransportOptions): Transport {
  return transportOver(oneShot(options.url), options)
}

function oneShot(url: string): Wire {
  return {
    async post(request) {
      const open = url.startsWith('https:') ? (await import('node:https')).request : httpRequest
      return await exchange(open, url, request)
    },
    async [Symbol.asyncDispose]() {},
  }
}

function exchange(
  open: typeof httpRequest,
  url: string,
  { headers, body, signal }: WireRequest,
): Promise<WireAnswer> {
  return new Promise((resolve, reject) => {
    const length = Buffer.byteLength(body)
    const sent = open(url, {
      method: 'POST',
      agent: false,
      signal,
      headers: { ...headers, 'content-length': length },
    })
    sent.on('error', reject)
    sent.on('response', (response) => {
      const chunks: Buffer[] = []
      let size = 0
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk)
        size += chunk.length
        if (size > MAX_ANSWER_BYTES)
          response.destroy(new Error(`the answer is longer than ${MAX_ANSWER_BYTES} bytes`))
      })
      response.on('error', reject)
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
      )
    })
    sent.end(body)
  })
}
