import { fakeGraph } from '../test/fake-graph.js'

/** A gateway that answers at once, in a process of its own: prints its addresses, ends with its stdin. */
const graph = await fakeGraph()
process.stdout.write(`${JSON.stringify({ url: graph.url, wsUrl: graph.wsUrl })}\n`)
process.stdin.on('end', () => process.exit(0)).resume()
