import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Decision, Tier, TierOutcome } from '@lighthouse/contract/decision'
import type { FetchRow, OperationRow, OperationType, TierRow } from '@lighthouse/contract/operation-row'
import { seededRandom, type Random } from './demo/random.js'
import { exactlyOnce, type InsertTable, insertStatement } from './queries/insert.js'
import { Sender } from './recorder/send.js'

export interface BackfillOptions {
  readonly url: string
  readonly user: string
  readonly password: string
  /** How many whole minutes before now are filled. Default 60. */
  readonly minutes?: number
  readonly seed?: number
  readonly graph?: string
  readonly now?: number
}

export interface Backfilled {
  readonly operations: number
  readonly fetches: number
  readonly tiers: number
}

interface DemoOperation {
  readonly name: string
  readonly type: OperationType
  /** Of all operations. */
  readonly share: number
  readonly medianUs: number
  /** Of the logarithm: how wide the durations scatter. */
  readonly spread: number
  readonly subgraphs: readonly string[]
}

const OPERATIONS: readonly DemoOperation[] = [
  {
    name: 'ValidateCommand',
    type: 'mutation',
    share: 0.62,
    medianUs: 1_800,
    spread: 0.55,
    subgraphs: ['validation'],
  },
  {
    name: 'RecordOutcome',
    type: 'mutation',
    share: 0.16,
    medianUs: 2_600,
    spread: 0.5,
    subgraphs: ['events'],
  },
  {
    name: 'RecentDecisions',
    type: 'query',
    share: 0.1,
    medianUs: 5_200,
    spread: 0.6,
    subgraphs: ['validation', 'events'],
  },
  {
    name: 'AgentOverview',
    type: 'query',
    share: 0.06,
    medianUs: 7_500,
    spread: 0.7,
    subgraphs: ['events', 'policy'],
  },
  { name: 'ActivePolicies', type: 'query', share: 0.04, medianUs: 1_400, spread: 0.4, subgraphs: ['policy'] },
  {
    name: 'Consultation',
    type: 'query',
    share: 0.02,
    medianUs: 9_000,
    spread: 0.9,
    subgraphs: ['experts', 'validation'],
  },
]

/** Operations a minute, before the hour's own rise and fall. */
const PER_MINUTE = 600
const MINUTE_MS = 60_000
/** The demo deploys at this minute of every hour. */
const DEPLOY_MINUTE = 35
/** Every second deploy makes one operation slower, so that there is something to find. */
const SLOWER = { operation: 'RecentDecisions', factor: 1.35 } as const
const CLIENT = 'demo'

const TABLES = ['operations', 'fetches', 'tiers'] as const
type Rows = { readonly [Table in (typeof TABLES)[number]]: string[] }

/**
 * Fills the last minutes with synthetic traffic, so that a console has a history to show. Every row says so: operations
 * by `client = 'demo'`, all of them by agents and deploys named `demo-…`. A minute always gets the same rows and the same
 * deduplication token, so that running it again adds only minutes that were not there. Rejects when ClickHouse refuses.
 */
export async function backfillDemo(options: BackfillOptions): Promise<Backfilled> {
  const { url, user, password, minutes = 60, seed = 1, graph = 'main', now = Date.now() } = options
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
  using sender = new Sender({ url: new URL(url), headers: { authorization } })
  const last = Math.floor(now / MINUTE_MS)
  const counts = { operations: 0, fetches: 0, tiers: 0 }
  for (let minute = last - minutes; minute < last; minute += 1) {
    const rows = minuteOf(minute, seed, graph)
    await Promise.all(
      TABLES.map((table) => {
        counts[table] += rows[table].length
        return insert(sender, {
          table,
          token: `demo-${seed}-${graph}-${table}-${minute}`,
          lines: rows[table],
        })
      }),
    )
    if (minute % 60 === DEPLOY_MINUTE) await markDeploy(sender, { minute, seed, graph })
  }
  return counts
}

interface Insert {
  readonly table: InsertTable
  readonly token: string
  readonly lines: readonly string[]
}

async function insert(sender: Sender, { table, token, lines }: Insert): Promise<void> {
  const reply = await sender.post({
    search: { query: insertStatement(table), ...exactlyOnce(token) },
    headers: { 'content-encoding': 'gzip' },
    body: await promisify(gzip)(`${lines.join('\n')}\n`, { level: 1 }),
    timeoutMs: 30_000,
  })
  if (reply.status !== 200) throw new Error(`The demo history was refused: ${reply.text}`)
}

async function markDeploy(
  sender: Sender,
  at: { minute: number; seed: number; graph: string },
): Promise<void> {
  const { minute, seed, graph } = at
  const row = {
    ts: minute * MINUTE_MS,
    graph,
    kind: 'deploy',
    subject: 'demo',
    before: deployOf(minute - 1),
    after: deployOf(minute),
    actor: CLIENT,
    attrs: { synthetic: 'true' },
  }
  await insert(sender, {
    table: 'marks',
    token: `demo-${seed}-${graph}-mark-${minute}`,
    lines: [JSON.stringify(row)],
  })
}

function deployOf(minute: number): string {
  return `demo-${Math.floor((minute - DEPLOY_MINUTE) / 60)}`
}

function isSlower(minute: number): boolean {
  return Math.floor((minute - DEPLOY_MINUTE) / 60) % 2 === 1
}

/** The rows of one minute: a function of the minute and the seed alone. */
function minuteOf(minute: number, seed: number, graph: string): Rows {
  const random = seededRandom(minute * 31 + seed)
  const rows: Rows = { operations: [], fetches: [], tiers: [] }
  const wave = 1 + 0.25 * Math.sin(minute / 9) + 0.1 * random.normal()
  const count = Math.max(50, Math.round(PER_MINUTE * wave))
  const deploy_id = deployOf(minute)
  for (let i = 0; i < count; i += 1) {
    const operation = operationOf(minute, graph, random)
    rows.operations.push(JSON.stringify({ ...operation.row, deploy_id }))
    for (const fetch of fetchesOf(operation, random))
      rows.fetches.push(JSON.stringify({ ...fetch, deploy_id }))
    if (operation.kind.name === 'ValidateCommand') {
      for (const tier of tiersOf(operation.row, random)) rows.tiers.push(JSON.stringify(tier))
    }
  }
  return rows
}

interface Made {
  readonly kind: DemoOperation
  readonly row: OperationRow
}

function operationOf(minute: number, graph: string, random: Random): Made {
  const kind = random.pick(OPERATIONS, ({ share }) => share)
  const slow = isSlower(minute) && kind.name === SLOWER.operation ? SLOWER.factor : 1
  const duration_us = Math.round(kind.medianUs * slow * Math.exp(kind.spread * random.normal()))
  const failed = random.next() < 0.004
  const plan_us = Math.round(20 + 30 * random.next())
  return {
    kind,
    row: {
      ts: minute * MINUTE_MS + Math.floor(random.next() * MINUTE_MS),
      graph,
      operation: kind.name,
      operation_hash: '',
      type: kind.type,
      client: CLIENT,
      client_version: '1',
      agent_id: `demo-agent-${1 + Math.floor(random.next() * 5)}`,
      agent_role: 'AGENT',
      gateway_id: 'demo-gateway',
      duration_us,
      plan_us,
      execute_us: Math.max(0, duration_us - plan_us - 60),
      status: failed ? 'graphql_error' : 'ok',
      http_status: 200,
      error_code: failed ? 'SUBGRAPH_ERROR' : '',
      fetches: kind.subgraphs.length,
      bytes_out: Math.round(250 + 900 * random.next()),
      trace_id: random.hex(32),
    },
  }
}

function fetchesOf({ kind, row }: Made, random: Random): FetchRow[] {
  return kind.subgraphs.map((subgraph, index) => ({
    ts: row.ts,
    graph: row.graph,
    subgraph,
    operation: row.operation,
    fetch_kind: index === 0 ? 'root' : 'batch_entity',
    duration_us: Math.round((row.execute_us / kind.subgraphs.length) * (0.7 + 0.25 * random.next())),
    entities: index === 0 ? 0 : 1 + Math.floor(random.next() * 20),
    status: row.status,
    http_status: 200,
    bytes_in: Math.round(row.bytes_out * 0.8),
    trace_id: row.trace_id,
    retries: 0,
    dedup: 0,
    cache_tier: 'none',
  }))
}

const TIER_STEPS: readonly { tier: Tier; hit: number; medianUs: number }[] = [
  { tier: 'MEMORY', hit: 0.71, medianUs: 6 },
  { tier: 'POLICY', hit: 0.78, medianUs: 35 },
  { tier: 'PATTERN', hit: 0.2, medianUs: 18 },
  { tier: 'REDIS', hit: 0.55, medianUs: 420 },
  { tier: 'EXPERT', hit: 0.97, medianUs: 21_000 },
]

function tiersOf({ ts, graph, agent_id, trace_id }: OperationRow, random: Random): TierRow[] {
  const rows: TierRow[] = []
  for (const { tier, hit, medianUs } of TIER_STEPS) {
    const outcome: TierOutcome = random.next() < hit ? 'HIT' : 'PASS'
    const decision: Decision | '' = outcome === 'PASS' ? '' : random.next() < 0.86 ? 'ALLOW' : 'BLOCK'
    const duration_us = Math.max(1, Math.round(medianUs * Math.exp(0.4 * random.normal())))
    rows.push({ ts, graph, tier, outcome, decision, duration_us, agent_id, trace_id })
    if (outcome === 'HIT') break
  }
  return rows
}
