import type { IncomingMessage, ServerResponse } from 'node:http'
import { answerHttpHook } from '@lighthouse/client/hook/answer'
import { type HookClientName, isHookClient } from '@lighthouse/client/hook/clients'
import { submit } from '@lighthouse/client/submit'
import { asCaller, type Perform } from './as-caller.js'
import { readBody } from './read-body.js'
import { Refused, sendError } from './refused.js'

const MAX_BODY_BYTES = 8 * 1024 * 1024

/**
 * POST /v1/hook/<client>: the hook of a coding agent as an HTTP endpoint. Agents let the tool run when the status is
 * not 2xx, so everything that can be answered, a wrong key or unreadable input too, is 200 with a denial in JSON; only
 * an address that is no hook is an error.
 */
export async function hookRoute(
  request: IncomingMessage,
  response: ServerResponse,
  perform: Perform,
): Promise<void> {
  const name = (request.url ?? '').split('?', 1)[0]?.split('/').at(-1) ?? ''
  if (!isHookClient(name))
    return sendError(
      response,
      new Refused('NOT_FOUND', `"${name.slice(0, 80)}" is no agent whose hook is answered.`),
    )
  if (request.method !== 'POST')
    return sendError(
      response,
      new Refused('METHOD_NOT_ALLOWED', 'A hook is sent with POST.', { allow: 'POST, OPTIONS' }),
    )
  const body = await bodyFor(name, request, perform)
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' })
  response.end(body)
}

async function bodyFor(client: HookClientName, request: IncomingMessage, perform: Perform): Promise<string> {
  const transport = asCaller(perform, request.headers, `lighthouse-hook-${client}/1`)
  const text = await readBody(request, MAX_BODY_BYTES).catch(() => '')
  return await answerHttpHook(text, (input) => submit(transport, input), { client })
}
