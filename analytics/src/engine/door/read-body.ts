import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'
import { readAll } from '../../read-all.js'
import type { Engine } from '../engine.js'
import { refusal } from '../engine-error.js'

const DECODERS: Readonly<Record<string, () => NodeJS.ReadWriteStream & Readable>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
}

const BY_ENGINE = { lz4: 'lz4', zstd: 'zstd' } as const

/** The whole body, decompressed. Throws code 307 beyond `limitBytes`, 117 when it is not what its encoding says. */
export async function readBody(
  request: IncomingMessage,
  engine: Pick<Engine, 'decompress'>,
  limitBytes: number,
): Promise<Buffer> {
  const encoding = request.headers['content-encoding'] ?? 'identity'
  const decoder = DECODERS[encoding]
  const byEngine = encoding === 'lz4' || encoding === 'zstd' ? BY_ENGINE[encoding] : undefined
  if (decoder === undefined && byEngine === undefined && encoding !== 'identity') {
    throw refusal(117, 'INCORRECT_DATA', `Content-Encoding ${encoding} is not read here.`)
  }
  const source: Readable = decoder === undefined ? request : decoded(request, decoder())
  let bytes: Buffer | undefined
  try {
    bytes = await readAll(source, limitBytes)
  } catch (error) {
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('Z_')) {
      throw refusal(117, 'INCORRECT_DATA', `The body is not ${encoding}: ${error.message}`)
    }
    throw error
  }
  if (bytes === undefined)
    throw refusal(307, 'TOO_MANY_BYTES', `The body is larger than ${limitBytes} bytes.`)
  return byEngine === undefined ? bytes : engine.decompress(bytes, byEngine)
}

function decoded(request: IncomingMessage, decoder: NodeJS.ReadWriteStream & Readable): Readable {
  request.on('error', (error) => decoder.destroy(error))
  return request.pipe(decoder)
}
