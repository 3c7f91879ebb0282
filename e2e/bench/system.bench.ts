import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { bash, startWorld, VALIDATE, type World } from '../world.js'

/**
 * What the whole system costs on this machine: memory of each process at idle, and CPU of the gateway's process for
 * one warm `validateCommand` over HTTP (every subgraph in the same process, telemetry on).
 */
const SETTLE_MS = 5_000
const WARM_REQUESTS = 2_000
const ROUNDS = 5
const REQUESTS_A_ROUND = 2_000
const CONNECTIONS = 8

interface Memory {
  readonly process: string
  readonly rssMiB: number
  readonly pssMiB: number
}

async function memoryOf(name: string, pid: number): Promise<Memory> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8')
  const mebibytes = (field: string) =>
    Math.round(Number(rollup.match(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm'))?.[1] ?? 0) / 102.4) / 10
  return { process: name, rssMiB: mebibytes('Rss'), pssMiB: mebibytes('Pss') }
}

/** User and system time of a process so far, in microseconds (clock ticks are 10 ms on Linux). */
async function cpuUs(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * 10_000
}

async function send(world: World, total: number): Promise<void> {
  const variables = bash('git status')
  let left = total
  await Promise.all(
    Array.from({ length: CONNECTIONS }, async () => {
      while (left > 0) {
        left -= 1
        const { body } = await world.ask(VALIDATE, { variables })
        if (body.errors !== undefined) throw new Error(JSON.stringify(body.errors))
      }
    }),
  )
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]

await using world = await startWorld()
await delay(SETTLE_MS)
const idle: Memory[] = [await memoryOf('gateway', world.pid)]
for (const name of ['analytics', 'redis-server'])
  for (const pid of await world.children(name)) idle.push(await memoryOf(name, pid))

await send(world, WARM_REQUESTS)
const rounds: { cpuUs: number; wallUs: number }[] = []
for (let round = 0; round < ROUNDS; round += 1) {
  const [cpuBefore, wallBefore] = [await cpuUs(world.pid), performance.now()]
  await send(world, REQUESTS_A_ROUND)
  rounds.push({
    cpuUs: ((await cpuUs(world.pid)) - cpuBefore) / REQUESTS_A_ROUND,
    wallUs: ((performance.now() - wallBefore) * 1_000) / REQUESTS_A_ROUND,
  })
}
const report = {
  readyMs: Math.round(world.startMs),
  idle,
  idleTotalPssMiB: Math.round(idle.reduce((sum, entry) => sum + entry.pssMiB, 0)),
  validateCommandWarm: {
    requests: ROUNDS * REQUESTS_A_ROUND,
    cpuUsPerRequest: median(rounds.map((round) => round.cpuUs)),
    requestsPerSecond: Math.round(1_000_000 / (median(rounds.map((round) => round.wallUs)) ?? Number.NaN)),
  },
}
process.stdout.write(
  process.argv.includes('--json') ? `${JSON.stringify(report)}\n` : `${JSON.stringify(report, null, 2)}\n`,
)
