import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A span as it came over the wire. Source: opentelemetry-proto, trace/v1/trace.proto. */
export interface WireSpan {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string
  readonly traceState: string
  readonly name: string
  readonly kind: 'internal' | 'server' | 'client'
  readonly startNs: bigint
  readonly endNs: bigint
  readonly attributes: Readonly<Record<string, unknown>>
  readonly isError: boolean
}

export interface Post {
  readonly headers: IncomingHttpHeaders
  readonly path: string
  readonly resource: Readonly<Record<string, unknown>>
  readonly spans: readonly WireSpan[]
}

/** A collector that takes spans as OTLP over HTTP, or does what `behave` says instead. */
export async function otlpReceiver(behave?: (response: ServerResponse) => void) {
  const posts: Post[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const { headers, url = '' } = request
      posts.push({ headers, path: url, ...decode(Buffer.concat(chunks)) })
      if (behave !== undefined) return behave(response)
      response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    posts,
    spans: () => posts.flatMap((post) => post.spans),
    endpoint: `http://127.0.0.1:${port}/v1/traces`,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Fields of a message by number; numbers of wire types 0, 1 and 5 are bigints. Source: protobuf.dev, "Encoding". */
function fieldsOf(bytes: Buffer): Map<number, (Buffer | bigint)[]> {
  const fields = new Map<number, (Buffer | bigint)[]>()
  let at = 0
  const varint = () => {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes.readUInt8(at++)
      value |= BigInt(byte & 127) << shift
      if (byte < 128) return value
    }
  }
  const take = (length: number) => bytes.subarray(at, (at += length))
  while (at < bytes.length) {
    const key = Number(varint())
    const readers = [varint, () => take(8).readBigUInt64LE(), () => take(Number(varint()))] as const
    const read = [...readers, undefined, undefined, () => BigInt(take(4).readUInt32LE())][key & 7]
    if (read === undefined) throw new Error(`wire type ${key & 7}`)
    fields.set(key >> 3, [...(fields.get(key >> 3) ?? []), read()])
  }
  return fields
}

type Fields = ReturnType<typeof fieldsOf>
const messages = (fields: Fields, number: number) =>
  (fields.get(number) ?? []).map((one) => fieldsOf(one as Buffer))
const bytesIn = (fields: Fields, number: number) =>
  (fields.get(number)?.[0] as Buffer | undefined) ?? Buffer.of()
const numberIn = (fields: Fields, number: number) => (fields.get(number)?.[0] as bigint | undefined) ?? 0n

function attributesOf(fields: Fields, number: number): Record<string, unknown> {
  return Object.fromEntries(
    messages(fields, number).map((pair) => {
      const [value = new Map() as Fields] = messages(pair, 2)
      const text = value.has(1) ? bytesIn(value, 1).toString() : undefined
      const plain = value.has(2) ? numberIn(value, 2) === 1n : Number(numberIn(value, 3))
      return [bytesIn(pair, 1).toString(), text ?? plain]
    }),
  )
}

function decode(body: Buffer): Pick<Post, 'resource' | 'spans'> {
  const resources = messages(fieldsOf(body), 1)
  return {
    resource: Object.assign(
      {},
      ...resources.flatMap((one) => messages(one, 1)).map((one) => attributesOf(one, 1)),
    ),
    spans: resources
      .flatMap((one) => messages(one, 2))
      .flatMap((one) => messages(one, 2))
      .map(spanOf),
  }
}

function spanOf(span: Fields): WireSpan {
  const [status = new Map() as Fields] = messages(span, 15)
  return {
    traceId: bytesIn(span, 1).toString('hex'),
    spanId: bytesIn(span, 2).toString('hex'),
    traceState: bytesIn(span, 3).toString(),
    parentSpanId: bytesIn(span, 4).toString('hex'),
    name: bytesIn(span, 5).toString(),
    kind: (['internal', 'internal', 'server', 'client'] as const)[Number(numberIn(span, 6))] ?? 'internal',
    startNs: numberIn(span, 7),
    endNs: numberIn(span, 8),
    attributes: attributesOf(span, 9),
    isError: numberIn(status, 3) === 2n,
  }
}
