import type { Readable } from 'node:stream'

/**
 * Everything a stream gives; undefined, with the stream paused, as soon as it is more than `limitBytes`. Unlike
 * `for await` it leaves a stream that was given up undestroyed, so that its socket can still carry the answer.
 */
export function readAll(stream: Readable, limitBytes: number): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let size = 0
    const take = (chunk: Buffer): void => {
      size += chunk.length
      if (size <= limitBytes) return void chunks.push(chunk)
      stream.off('data', take).pause()
      resolve(undefined)
    }
    stream.on('data', take)
    stream.once('end', () => resolve(Buffer.concat(chunks)))
    stream.once('error', reject)
    stream.once('close', () => reject(new Error('The stream ended before it was complete.')))
  })
}
