import { simulateCaches } from './caches.js'
import { measureDecisions } from './decisions.js'
import { rounded } from './measure.js'
import { scoreCases } from './scores.js'

/**
 * `npm run bench -w subgraphs/validation [-- --json]`: the guard's budgets, beside cc-safety-net (MIT) in the same run,
 * and S3-FIFO beside lru-cache. Measures the built code, as it is shipped. `ratio` is our cold p50 over the peer's.
 */
const { peer, ...guard } = await measureDecisions()
const scores = await scoreCases()
const result = {
  ...guard,
  peer: {
    name: 'cc-safety-net',
    ...peer,
    ratio: rounded(guard.cold.p50Us / peer.p50Us, 4),
    scores,
  },
  cache: simulateCaches(),
  node: process.version,
}
const text = process.argv.includes('--json') ? JSON.stringify(result) : JSON.stringify(result, null, 2)
process.stdout.write(`${text}\n`)
