import { CommandBuffer } from './command-buffer.js'
import { FsError, fsErrorOf } from './errno.js'
import type { Failures } from './failures.js'
import type { Graph } from './graph.js'
import type { FileNode, OpenFile } from './node.js'
import { PendingVerdict, requestOf } from './pending-verdict.js'
import type { Waiting } from './waiting.js'

/** validate/rpc: write a request, read the decision on the same open file; as often as wanted. */
export function rpcFile(graph: Graph, waiting: Waiting, failures: Failures): FileNode {
  return {
    kind: 'file',
    mode: 0o600,
    size: () => 0,
    changedAt: Date.now,
    open: () => openRpc(graph, waiting, failures),
  }
}

function openRpc(graph: Graph, waiting: Waiting, failures: Failures): OpenFile {
  const buffer = new CommandBuffer()
  let verdict: PendingVerdict | undefined
  let refused: string | undefined
  // The kernel's offset counts what was written too, so the position of the reply is kept here.
  let position = 0

  async function commit(text: string): Promise<void> {
    verdict = new PendingVerdict(graph.validate(requestOf(text)))
    position = 0
    await verdict.inTime()
  }

  function take(bytes: Buffer, offset: number): Promise<void> | undefined {
    refused = undefined
    try {
      const text = buffer.take(bytes, offset)
      return text === undefined ? undefined : commit(text).catch(refuse)
    } catch (error) {
      return refuse(error)
    }
  }

  /** A failed command answers its reader too: some readers do not look at what write(2) said. */
  function refuse(error: unknown): never {
    const { code, errno, message } = fsErrorOf(error)
    refused = `${JSON.stringify({ errors: [{ message, extensions: { code, errno } }] })}\n`
    position = 0
    throw error
  }

  const replyLine = () => refused ?? verdict?.line

  return {
    write: take,
    async read(into) {
      const asked = verdict
      if (refused === undefined && asked !== undefined)
        await waiting.until(
          () => asked.line !== undefined,
          (changed) => asked.onChange(changed),
        )
      const reply = Buffer.from(replyLine() ?? '')
      const count = position >= reply.length ? 0 : reply.copy(into, 0, position)
      position += count
      return count
    },
    truncate: () => buffer.clear(),
    async flush() {
      const text = buffer.rest()
      if (text !== undefined) await commit(text)
    },
    release() {
      if (!buffer.isEmpty)
        failures.note(new FsError('EINVAL', 'the file was closed within a command'), 'close', '/validate/rpc')
    },
  }
}
