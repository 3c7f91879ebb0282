import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { DECISIONS, TIER_OUTCOMES, TIERS } from '@lighthouse/contract/decision'
import { GAMMA, LAST_BUCKET } from '@lighthouse/contract/histogram'
import {
  FETCH_COLUMNS,
  FETCH_KINDS,
  OPERATION_COLUMNS,
  OPERATION_TYPES,
  ROW_STATUSES,
  STOP_COLUMNS,
  TIER_COLUMNS,
} from '@lighthouse/contract/operation-row'
import { STOPS } from '@lighthouse/contract/stops'
import { describe, it } from 'vitest'
import { readMigrations } from '../../src/store/migrate.js'

const folder = new URL('../../migrations/', import.meta.url)

async function tableOf(name: string): Promise<string> {
  const sql = await readFile(new URL('0001_raw.sql', folder), 'utf8')
  return (
    new RegExp(`CREATE TABLE IF NOT EXISTS obs\\.${name}\\n\\(([\\s\\S]*?)\\n\\)\\nENGINE`).exec(sql)?.[1] ??
    ''
  )
}

const columnsOf = (table: string) => [...table.matchAll(/^ {4}([a-z_]+) /gm)].map(([, name]) => name)

/** The names of an Enum8 in the order of their numbers. */
function enumOf(table: string, column: string): string[] {
  const list = new RegExp(`^ {4}${column} +Enum8\\(([\\s\\S]*?)\\)`, 'm').exec(table)?.[1] ?? ''
  const pairs = [...list.matchAll(/'(\w+)' = (\d+)/g)].map(([, name = '', n]) => [Number(n), name] as const)
  return pairs.sort(([a], [b]) => a - b).map(([, name]) => name)
}

describe('the raw tables', () => {
  it('begin with the columns of the contract', async ({ expect }) => {
    const tables = {
      operations: OPERATION_COLUMNS,
      fetches: FETCH_COLUMNS,
      tiers: TIER_COLUMNS,
      stops: STOP_COLUMNS,
    }
    for (const [name, columns] of Object.entries(tables)) {
      const found = columnsOf(await tableOf(name))
      expect(found.slice(0, columns.length), name).toEqual([...columns])
      const more = (await tableOf(name)).split('\n').filter((line) => {
        const column = /^ {4}([a-z_]+) /.exec(line)?.[1]
        return column !== undefined && !(columns as readonly string[]).includes(column)
      })
      for (const line of more)
        expect(line, 'what the contract does not know has a default').toMatch(/DEFAULT/)
    }
  })

  it('have the enums of the contract, stops in the order of the walk', async ({ expect }) => {
    const [operations, fetches, tiers, stops] = await Promise.all(
      ['operations', 'fetches', 'tiers', 'stops'].map(tableOf),
    )
    expect(enumOf(stops ?? '', 'stop')).toEqual([...STOPS])
    expect(enumOf(tiers ?? '', 'tier')).toEqual([...TIERS])
    expect(enumOf(tiers ?? '', 'outcome')).toEqual([...TIER_OUTCOMES])
    expect(enumOf(operations ?? '', 'type')).toEqual([...OPERATION_TYPES])
    expect(enumOf(operations ?? '', 'status')).toEqual([...ROW_STATUSES])
    expect(enumOf(fetches ?? '', 'status')).toEqual([...ROW_STATUSES])
    expect(enumOf(fetches ?? '', 'fetch_kind')).toEqual([...FETCH_KINDS])
    expect(DECISIONS).toContain('ALLOW')
  })

  it('are rolled up with the buckets of the contract', async ({ expect }) => {
    const rollups = await readFile(new URL('0002_rollups.sql', folder), 'utf8')
    const buckets = rollups.match(/sumMap\(map\(.*\)\) AS hist/g) ?? []
    expect(buckets).toHaveLength(4)
    for (const bucket of buckets) {
      expect(bucket).toContain(`least(${LAST_BUCKET}, ceil(log(greatest(duration_us, 1)) / log(${GAMMA})))`)
    }
    const views = await readFile(new URL('0003_views.sql', folder), 'utf8')
    expect(views).toContain(`2 * pow(${GAMMA}, k) / (1 + ${GAMMA})`)
  })
})

describe('readMigrations', () => {
  it('reads every file in order, cut into statements', async ({ expect }) => {
    const migrations = await readMigrations()
    expect(migrations.map(({ version }) => version)).toEqual(migrations.map((_, index) => index + 1))
    for (const { statements } of migrations) {
      expect(statements.length).toBeGreaterThan(0)
      for (const statement of statements) expect(statement).toMatch(/\b(IF NOT EXISTS|IF EXISTS)\b/)
    }
  })

  it('refuses a file that is out of order', async ({ expect }) => {
    const odd = await mkdtemp(join(tmpdir(), 'lighthouse-migrations-'))
    await writeFile(join(odd, '0002_b.sql'), 'SELECT 1;')
    await expect(readMigrations(pathToFileURL(`${odd}/`))).rejects.toThrow(
      '0002_b.sql should be named 0001_<name>.sql',
    )
    await rm(odd, { recursive: true })
  })
})
