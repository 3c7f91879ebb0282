import { afterAll, beforeAll, describe, it } from 'vitest'
import { migrate, MigrationDriftError, readMigrations } from '../../src/store/migrate.js'
import { rowsOf, type Running, startProcess } from '../process.js'

let running: Running
beforeAll(async () => {
  running = await startProcess()
})
afterAll(() => running[Symbol.asyncDispose]())

const TABLES = "SELECT name, create_table_query FROM system.tables WHERE database = 'obs' ORDER BY name"

describe('migrate', () => {
  it('changes nothing the second time', async ({ expect }) => {
    const client = running.client()
    const before = await rowsOf<{ name: string }>(client, TABLES)
    const names = before.map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(['operations', 'fetches', 'tiers', 'stops', 'marks']))
    expect(names).toEqual(expect.arrayContaining(['ops_1s', 'ops_1m', 'ops_1h', 'fetches_1m', 'tiers_1m']))
    expect(await migrate(client)).toEqual([])
    expect(await rowsOf(client, TABLES)).toEqual(before)
  })

  it('runs a migration again that was cut off before it was noted', async ({ expect }) => {
    const client = running.client()
    const migrations = await readMigrations()
    const next = { version: migrations.length + 1, name: 'cut', checksum: 'c'.repeat(64) }
    const statements = ['CREATE TABLE IF NOT EXISTS obs.cut (a Int8) ENGINE = Memory', 'SELECT throwIf(1)']
    await expect(migrate(client, [...migrations, { ...next, statements }])).rejects.toThrow()
    const whole = { ...next, statements: statements.slice(0, 1) }
    expect(await migrate(client, [...migrations, whole])).toEqual([next.version])
    expect(await migrate(client, [...migrations, whole])).toEqual([])
  })

  it('refuses a database whose migrations are not these, and says which', async ({ expect }) => {
    const client = running.client()
    const migrations = await readMigrations()
    await expect(migrate(client, migrations)).rejects.toThrow('was applied by a newer version')
    const changed = migrations.map((one) => ({ ...one, checksum: 'f'.repeat(64) }))
    await expect(migrate(client, changed)).rejects.toThrow(MigrationDriftError)
    await expect(migrate(client, changed)).rejects.toThrow(
      'Migration 1 (raw) was applied with other contents',
    )
  })
})
