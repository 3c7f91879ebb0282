import { request as httpRequest } from 'node:http'
import type { GraphQLFormattedError } from 'graphql'

/** One part as it came: the JSON of it, and when. */
export interface Part {
  readonly data?: unknown
  readonly errors?: readonly GraphQLFormattedError[]
  readonly incremental?: readonly Increment[]
  readonly hasNext?: boolean
  readonly extensions?: unknown
}

export interface Increment {
  readonly data: unknown
  readonly path: readonly (string | number)[]
  readonly label?: string
  readonly errors?: readonly GraphQLFormattedError[]
}

export interface Asked {
  readonly query: string
  readonly variables?: Readonly<Record<string, unknown>>
  readonly accept?: string
  readonly headers?: Readonly<Record<string, string>>
}

export interface Received {
  readonly status: number
  readonly type: string
  /** Every byte of the body. */
  text(): Promise<string>
  /** The parts, each as soon as the delimiter after it came. */
  parts(): AsyncGenerator<Part, void>
  /** Goes away. */
  leave(): void
}

/** Asks over HTTP as Apollo's client does, and reads what comes as the multipart format wants it read. */
export function askParts(
  url: string,
  { query, variables, accept = 'multipart/mixed;deferSpec=20220824,application/json', headers }: Asked,
): Promise<Received> {
  return new Promise((resolve, reject) => {
    const sent = httpRequest(
      url,
      { method: 'POST', headers: { 'content-type': 'application/json', accept, ...headers } },
      (response) => {
        response.setEncoding('utf8')
        response.on('error', () => undefined)
        const type = response.headers['content-type'] ?? ''
        resolve({
          status: response.statusCode ?? 0,
          type,
          async text() {
            let text = ''
            for await (const chunk of response) text += chunk as string
            return text
          },
          parts: () => partsIn(response as AsyncIterable<string>, /boundary="([^"]+)"/.exec(type)?.[1] ?? ''),
          leave: () => response.destroy(),
        })
      },
    )
    sent.on('error', reject)
    sent.end(JSON.stringify({ query, variables }))
  })
}

/** Every part of an answer. */
export async function allParts(url: string, asked: Asked): Promise<readonly Part[]> {
  const parts: Part[] = []
  for await (const part of (await askParts(url, asked)).parts()) parts.push(part)
  return parts
}

async function* partsIn(chunks: AsyncIterable<string>, boundary: string): AsyncGenerator<Part, void> {
  const delimiter = `\r\n--${boundary}`
  let text = ''
  let isOver = false
  for await (const chunk of chunks) {
    if (isOver) throw new Error('More comes after the last part.')
    text += chunk
    for (;;) {
      const end = text.indexOf(delimiter)
      if (end < 0) break
      const part = text.slice(0, end)
      text = text.slice(end + delimiter.length)
      if (part !== '') yield parsed(part)
      if (text.startsWith('--')) isOver = true
    }
  }
  if (!isOver) throw new Error(`The answer ends without its last delimiter: ${JSON.stringify(text)}`)
}

function parsed(part: string): Part {
  const [head = '', ...body] = part.split('\r\n\r\n')
  if (head.trim() !== 'content-type: application/json; charset=utf-8')
    throw new Error(`No part begins like this: ${JSON.stringify(head)}`)
  return JSON.parse(body.join('\r\n\r\n')) as Part
}
