import { parseArgs } from 'node:util'
import { cache } from './cache.js'
import { documents } from './documents.js'
import { heavy } from './heavy.js'
import { hop } from './hop.js'
import { serve } from './served.js'
import { telemetry } from './telemetry.js'
import { traces } from './traces.js'
import { trivial } from './trivial.js'
import { workers } from './workers.js'

const PARTS = { heavy, trivial, telemetry, traces, hop, cache, documents, workers } as const
type Part = keyof typeof PARTS

const USAGE = `npm run bench -w gateway -- [--json] [--only heavy|trivial|telemetry|traces|hop|cache|documents|workers] [--rounds N]

CPU time of the server's process for one request; rounds of ours and its peers alternate.

  --json      end with one line of JSON
  --only      one part: heavy (federated, over HTTP), trivial (in process), telemetry (on against off),
              traces (spans sent to a collector), hop (one fetch beside bare undici), cache (hit beside miss),
              documents (never met beside met again, and memory), workers (two processes beside one)
  --rounds N  rounds of each server (default 5)
  --minutes N documents: go on for at least so long, telling the memory on standard error (default 0)
`

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    only: { type: 'string' },
    rounds: { type: 'string', default: '5' },
    minutes: { type: 'string', default: '0' },
    help: { type: 'boolean', default: false },
  },
})

async function run(
  parts: readonly Part[],
  rounds: number,
  minutes: number,
): Promise<Record<string, unknown>> {
  await using subgraphs = await serve('subgraphs')
  const report: Record<string, unknown> = {}
  for (const part of parts) report[part] = await PARTS[part](subgraphs, rounds, minutes)
  return report
}

const rounds = Number(values.rounds)
const minutes = Number(values.minutes)
const parts = (Object.keys(PARTS) as Part[]).filter(
  (part) => values.only === undefined || part === values.only,
)
if (values.help || parts.length === 0 || !(Number.isInteger(rounds) && rounds > 0) || !(minutes >= 0)) {
  process.stdout.write(USAGE)
  process.exitCode = values.help ? 0 : 2
} else {
  const report = await run(parts, rounds, minutes)
  process.stdout.write(`${JSON.stringify(report, null, values.json ? 0 : 2)}\n`)
}
