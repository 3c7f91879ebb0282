import { type DirectoryNode, directory } from '../node.js'
import { requestsDirectory } from '../requests.js'
import { resultsDirectory } from '../results.js'
import { rpcFile } from '../rpc.js'
import { Verdicts } from '../verdicts.js'
import type { Graph } from '../graph.js'
import type { Failures } from '../failures.js'
import type { Waiting } from '../waiting.js'

/** validate/: three ways to one decision. */
export function validateDirectory(graph: Graph, waiting: Waiting, failures: Failures): DirectoryNode {
  const verdicts = new Verdicts(graph, failures)
  return directory({
    rpc: rpcFile(graph, waiting, failures),
    requests: requestsDirectory(verdicts),
    results: resultsDirectory(verdicts, waiting),
  })
}
