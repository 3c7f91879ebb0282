import { FsError } from '../errno.js'
import { lineOf } from '../event-tail.js'
import type { Graph } from '../graph.js'
import { type DirectoryNode, directory, type FileNode, type OpenFile, openText, textFile } from '../node.js'
import type { Waiting } from '../waiting.js'

const PAGE = 1_000
const FROM = /^(\d{1,16})\.jsonl$/

export function eventsDirectory(graph: Graph, waiting: Waiting): DirectoryNode {
  return directory({
    'stream.jsonl': streamFile(graph, waiting),
    cursor: textFile(async () => `1 ${await lastOf(graph)}\n`, Date.now),
    from: fromDirectory(graph),
  })
}

/** Events from the moment of opening. Each open has its own position; a read waits for the next event. */
function streamFile(graph: Graph, waiting: Waiting): FileNode {
  return {
    kind: 'file',
    mode: 0o444,
    size: () => 0,
    changedAt: Date.now,
    open: async () => openStream(graph, waiting, await lastOf(graph)),
  }
}

function openStream(graph: Graph, waiting: Waiting, from: number): OpenFile {
  let cursor = from
  let unread: Buffer = Buffer.alloc(0)

  /** Takes what came after the cursor, whole lines only, at most about `room` bytes but at least one. */
  async function refill(room: number): Promise<void> {
    const lines = graph.tail.after(cursor) ?? (await pageAfter(graph, cursor))
    const taken: string[] = []
    let length = 0
    for (const { sequence, line } of lines) {
      if (taken.length > 0 && length + line.length > room) break
      taken.push(line)
      length += line.length
      cursor = sequence
    }
    unread = Buffer.from(taken.join(''))
  }

  return {
    async read(into) {
      if (unread.length === 0) {
        const isBehind = () => (graph.tail.last ?? 0) > cursor
        await waiting.until(isBehind, (changed) => graph.tail.onChange(changed))
        await refill(into.length)
      }
      const count = unread.copy(into)
      unread = unread.subarray(count)
      if (count === 0) throw new FsError('EINTR', 'nothing yet; read again')
      return count
    },
  }
}

/** events/from/<sequence>.jsonl: what came after a sequence, up to a page. Not listed: any sequence can be asked. */
function fromDirectory(graph: Graph): DirectoryNode {
  return {
    kind: 'directory',
    mode: 0o555,
    list: () => [],
    child(name) {
      const sequence = Number(FROM.exec(name)?.[1])
      if (!Number.isSafeInteger(sequence)) return undefined
      return {
        kind: 'file',
        mode: 0o444,
        size: () => 0,
        changedAt: Date.now,
        open: async () => openText((await pageAfter(graph, sequence)).map(({ line }) => line).join('')),
      }
    },
  }
}

async function pageAfter(graph: Graph, after: number): Promise<{ sequence: number; line: string }[]> {
  const { events } = await graph.page(after, PAGE)
  return events.map((event) => ({ sequence: event.sequence, line: lineOf(event) }))
}

/** The newest sequence: what the tail saw while it stands, else asked. */
async function lastOf(graph: Graph): Promise<number> {
  const { tail } = graph
  if (tail.isConnected && tail.last !== undefined) return tail.last
  return (await graph.page(Number.MAX_SAFE_INTEGER, 1)).lastSequence
}
