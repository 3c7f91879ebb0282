import type { ServerResponse } from 'node:http'
import type { Answer } from '../respond.js'
import type { Scope } from '../scope.js'

/** Sends an answer part by part, as the client reads them. Resolves with its bytes when it ended, whoever ended it. */
export async function sendParts(
  response: ServerResponse,
  { status, headers, text, later }: Answer,
  { answerHeaders }: Pick<Scope, 'answerHeaders'>,
): Promise<number> {
  let bytes = 0
  const send = async (part: string) => {
    bytes += Buffer.byteLength(part)
    if (!response.write(part) && !response.destroyed) await drained(response)
  }
  if (!response.destroyed) {
    response.writeHead(status, { ...answerHeaders, ...headers })
    await send(text)
    for await (const part of later ?? []) {
      if (response.destroyed) break
      await send(part)
    }
    response.end()
  }
  return bytes
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('drain', done)
      response.off('close', done)
      resolve()
    }
    response.on('drain', done)
    response.on('close', done)
  })
}
