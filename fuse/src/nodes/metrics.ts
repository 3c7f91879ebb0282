import type { OperationStats } from '@lighthouse/client/documents'
import { FsError } from '../errno.js'
import type { Graph } from '../graph.js'
import { type DirectoryNode, directory, type FileNode, textFile } from '../node.js'

/** One number a file. Percentiles are milliseconds; no traffic in the window is ENODATA. */
const VALUES = {
  p50: ({ p50Ms }) => p50Ms,
  p95: ({ p95Ms }) => p95Ms,
  p99: ({ p99Ms }) => p99Ms,
  count: ({ count }) => count,
  errors: ({ errors }) => errors,
} as const satisfies Record<string, (stats: OperationStats) => number | null>

/** Names of operations come from clients: only those that are GraphQL names are files. */
const GRAPHQL_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,199}$/

/** metrics/ops/<operation>/<value>: the last five minutes. */
export function metricsDirectory(graph: Graph): DirectoryNode {
  return directory({ ops: operationsDirectory(graph) })
}

function operationsDirectory(graph: Graph): DirectoryNode {
  return {
    kind: 'directory',
    mode: 0o555,
    async list() {
      return [...(await graph.operations()).keys()].filter((name) => GRAPHQL_NAME.test(name))
    },
    async child(name) {
      if (!GRAPHQL_NAME.test(name)) return undefined
      return (await graph.operations()).has(name) ? operationDirectory(graph, name) : undefined
    },
  }
}

function operationDirectory(graph: Graph, name: string): DirectoryNode {
  const file = (read: (stats: OperationStats) => number | null): FileNode =>
    textFile(async () => {
      const stats = (await graph.operations()).get(name)
      const value = stats === undefined ? null : read(stats)
      if (value === null) throw new FsError('ENODATA', `${name} was not seen in the last five minutes`)
      return `${value}\n`
    }, graph.operationsAt)
  return directory(Object.fromEntries(Object.entries(VALUES).map(([value, read]) => [value, file(read)])))
}
