import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { Pool } from 'undici'

/**
 * CPU time of the server's process for one request over HTTP, ours and Apollo Server's own, alternating. The client
 * runs in this process, so only the server's CPU is a figure; requests a second are not.
 */
const OPERATIONS = {
  trivial: '{ hello }',
  'ten fields': '{ users { id name email age active } hello }',
} as const
const KINDS = ['ours', 'apollo'] as const
const CONNECTIONS = 32
const WARM_UP = 3_000

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    rounds: { type: 'string', default: '5' },
    requests: { type: 'string', default: '4000' },
  },
})

interface Peer {
  readonly child: ChildProcess
  readonly pool: Pool
  readonly path: string
}

async function start(kind: string): Promise<Peer> {
  const server = fileURLToPath(new URL('./server.ts', import.meta.url))
  const child = spawn(process.execPath, ['--conditions=source', '--import', 'tsx', server, kind], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, NODE_ENV: 'production' },
  })
  const [{ url }] = (await once(child, 'message')) as [{ url: string }]
  const { origin, pathname } = new URL(url)
  return { child, pool: new Pool(origin, { connections: CONNECTIONS }), path: pathname }
}

async function cpuUs({ child }: Peer): Promise<number> {
  child.send('usage')
  const [message] = (await once(child, 'message')) as [{ cpuUs: number }]
  return message.cpuUs
}

async function drive(peer: Peer, query: string, requests: number): Promise<void> {
  const body = JSON.stringify({ query })
  let left = requests
  const worker = async () => {
    while (left-- > 0) {
      const headers = { 'content-type': 'application/json' }
      const response = await peer.pool.request({ method: 'POST', path: peer.path, headers, body })
      const text = await response.body.text()
      if (response.statusCode !== 200 || !text.includes('world'))
        throw new Error(`${response.statusCode} ${text}`)
    }
  }
  await Promise.all(Array.from({ length: CONNECTIONS }, worker))
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

async function measure(query: string, peers: ReadonlyMap<string, Peer>) {
  const rounds = new Map<string, number[]>(KINDS.map((kind) => [kind, []]))
  for (const peer of peers.values()) await drive(peer, query, WARM_UP)
  for (let round = 0; round < Number(values.rounds); round++) {
    for (const kind of round % 2 === 0 ? KINDS : [...KINDS].reverse()) {
      const peer = peers.get(kind)
      if (peer === undefined) continue
      const before = await cpuUs(peer)
      await drive(peer, query, Number(values.requests))
      rounds.get(kind)?.push((await cpuUs(peer)) - before)
    }
  }
  const figures = (kind: string) => {
    const each = (rounds.get(kind) ?? []).map((us) => us / Number(values.requests))
    return {
      cpuUsPerRequest: Number(median(each).toFixed(1)),
      rounds: each.map((us) => Number(us.toFixed(1))),
    }
  }
  const ours = figures('ours')
  const apollo = figures('apollo')
  return {
    ours,
    peers: { '@apollo/server startStandaloneServer': apollo },
    ratio: Number((ours.cpuUsPerRequest / apollo.cpuUsPerRequest).toFixed(2)),
  }
}

const peers = new Map<string, Peer>()
for (const kind of KINDS) peers.set(kind, await start(kind))
const report: Record<string, Awaited<ReturnType<typeof measure>>> = {}
for (const [name, query] of Object.entries(OPERATIONS)) report[name] = await measure(query, peers)
for (const { child, pool } of peers.values()) {
  await pool.close()
  child.kill()
}
if (values.json) console.log(JSON.stringify(report))
else {
  for (const [name, { ours, peers: others, ratio }] of Object.entries(report)) {
    const apollo = others['@apollo/server startStandaloneServer']
    console.log(
      `${name}: ours ${ours.cpuUsPerRequest} us, Apollo Server ${apollo.cpuUsPerRequest} us, ratio ${ratio}`,
    )
  }
}
