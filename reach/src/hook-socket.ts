import { chmod, rm } from 'node:fs/promises'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { answerHook, refuseHook } from '@lighthouse/client/hook/answer'
import { isHookClient } from '@lighthouse/client/hook/clients'
import { DEFAULT_BUDGET_MS, HOOK_SOCKET, type RelayHead } from '@lighthouse/client/hook/relay'
import { submit } from '@lighthouse/client/submit'
import { asCaller, type Perform } from './as-caller.js'

/** A path of a Unix socket has at most 107 bytes on Linux, 103 on macOS. */
const MAX_PATH_BYTES = 103
const MAX_STDIN_CHARS = 8 * 1024 * 1024 + 4_096
/** Hooks at one time; one more is refused, and its agent is told no. */
const MAX_CONNECTIONS = 256
/** For the hook's input to come; it is at hand when the hook starts. */
const INPUT_WITHIN_MS = 10_000

/**
 * Answers hooks on a Unix socket in the data directory, which only its owner can open, until it is disposed. The hook's
 * own process then only passes bytes on. Undefined when the directory's path is too long for a socket: hooks go over
 * HTTP then.
 */
export async function openHookSocket(
  dataDir: string,
  perform: Perform,
): Promise<AsyncDisposable | undefined> {
  const path = join(dataDir, HOOK_SOCKET)
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) return undefined
  await rm(path, { force: true })
  const open = new Set<Socket>()
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket)).on('error', () => socket.destroy())
    void converse(socket, perform)
  })
  server.maxConnections = MAX_CONNECTIONS
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(path, resolve)
  })
  await chmod(path, 0o600)
  return {
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve))
      for (const socket of open) socket.destroy()
      await closed
      await rm(path, { force: true })
    },
  }
}

async function converse(socket: Socket, perform: Perform): Promise<void> {
  const text = await textOf(socket)
  const at = text.indexOf('\n')
  const head = readHead(text.slice(0, Math.max(0, at)))
  const result =
    head === undefined
      ? refuseHook('Lighthouse could not read what the hook sent.')
      : await answer(head, text.slice(at + 1), perform)
  socket.end(JSON.stringify(result))
}

async function answer({ key, client, budgetMs }: RelayHead, stdin: string, perform: Perform) {
  if (client !== undefined && !isHookClient(client))
    return refuseHook(`Lighthouse knows no agent "${client.slice(0, 80)}"; see "lighthouse hook --help".`)
  const transport = asCaller(perform, { authorization: `Bearer ${key}` }, 'lighthouse-hook/1')
  return await answerHook(stdin, (input) => submit(transport, input), { client, budgetMs })
}

/** All that comes until the other side ended, or the empty text when it is too long or too slow. */
function textOf(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    const end = (all: string): void => {
      clearTimeout(timer)
      socket.removeAllListeners('data')
      resolve(all)
    }
    const timer = setTimeout(() => end(''), INPUT_WITHIN_MS)
    socket.setEncoding('utf8')
    socket.on('data', (chunk: string) => {
      text += chunk
      if (text.length > MAX_STDIN_CHARS) end('')
    })
    socket.once('end', () => end(text))
    socket.once('close', () => end(''))
  })
}

function readHead(line: string): RelayHead | undefined {
  try {
    const { key, client, budgetMs } = JSON.parse(line) as Record<string, unknown>
    if (typeof key !== 'string') return undefined
    return {
      key,
      client: typeof client === 'string' ? client : undefined,
      budgetMs: typeof budgetMs === 'number' && budgetMs > 0 ? budgetMs : DEFAULT_BUDGET_MS,
    }
  } catch {
    return undefined
  }
}
