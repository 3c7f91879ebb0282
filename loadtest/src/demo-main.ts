import { parseArgs } from 'node:util'

import { locate } from '@lighthouse/client/locate'

import { startDemo } from './demo.js'

/** The demo workload as its own process: `demo-main.js [--url URL] [--key KEY] [--rate N] [--seed N]`, until a signal. */
const { values } = parseArgs({
  options: {
    url: { type: 'string' },
    key: { type: 'string' },
    rate: { type: 'string' },
    seed: { type: 'string' },
  },
})
const at = await locate({ url: values.url, key: values.key })
const demo = startDemo({
  url: at.url,
  key: at.key,
  ratePerSecond: Number(values.rate ?? 20),
  seed: Number(values.seed ?? 1),
})
await new Promise<void>((resolve) => {
  process.once('SIGTERM', resolve)
  process.once('SIGINT', resolve)
  process.once('disconnect', resolve)
})
await demo[Symbol.asyncDispose]()
process.stderr.write(`${JSON.stringify({ ...demo.counts(), failures: demo.failures() })}\n`)
