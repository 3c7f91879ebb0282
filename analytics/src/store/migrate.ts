import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import type { ClickHouseClient } from '@clickhouse/client'
import {
  APPLIED_MIGRATIONS,
  CREATE_DATABASE,
  CREATE_MIGRATIONS,
  MIGRATIONS_TABLE,
} from '../queries/migrations.js'

/** One file of analytics/migrations. */
export interface Migration {
  readonly version: number
  readonly name: string
  /** Hex SHA-256 of the file. */
  readonly checksum: string
  readonly statements: readonly string[]
}

/** The migrations that were applied are not the ones this version knows. */
export class MigrationDriftError extends Error {
  override readonly name = 'MigrationDriftError'
}

const FILE_NAME = /^(\d{4})_([a-z0-9_]+)\.sql$/

/** The migrations in a folder, in order. Throws for a file that is not named `NNNN_name.sql` and for a gap. */
export async function readMigrations(
  folder: URL = new URL('../../migrations/', import.meta.url),
): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort()
  return Promise.all(
    names.map(async (file, index) => {
      const [, digits, name] = FILE_NAME.exec(file) ?? []
      if (digits === undefined || name === undefined || Number(digits) !== index + 1) {
        throw new Error(`${file} should be named ${String(index + 1).padStart(4, '0')}_<name>.sql`)
      }
      const text = await readFile(new URL(file, folder), 'utf8')
      return {
        version: index + 1,
        name,
        checksum: createHash('sha256').update(text).digest('hex'),
        statements: statementsOf(text),
      }
    }),
  )
}

/** A statement ends with `;` at the end of a line. */
function statementsOf(text: string): string[] {
  return text
    .split(/;[ \t]*$/m)
    .map((statement) => statement.trim())
    .filter((statement) => /^(?!--)/m.test(statement) && statement !== '')
}

/**
 * Brings the obs database to the newest version: applies what is missing, in order, and returns the versions applied.
 * Every statement can run twice, so a migration that was cut off is simply run again. Throws MigrationDriftError when
 * an applied file was changed, or when the database is ahead of this version.
 */
export async function migrate(
  client: ClickHouseClient,
  migrations?: readonly Migration[],
): Promise<number[]> {
  const wanted = migrations ?? (await readMigrations())
  await client.command({ query: CREATE_DATABASE })
  await client.command({ query: CREATE_MIGRATIONS })
  const answer = await client.query({ query: APPLIED_MIGRATIONS, format: 'JSONEachRow' })
  const applied = await answer.json<{ version: number; name: string; checksum: string }>()
  for (const { version, name, checksum } of applied) {
    const known = wanted.find((one) => one.version === version)
    if (known === undefined) {
      throw new MigrationDriftError(
        `Migration ${version} (${name}) was applied by a newer version. Update this one.`,
      )
    }
    if (known.checksum !== checksum) {
      throw new MigrationDriftError(
        `Migration ${version} (${name}) was applied with other contents (${checksum.slice(0, 12)}, now ` +
          `${known.checksum.slice(0, 12)}). Restore the file, or put the change into a new migration.`,
      )
    }
  }
  const missing = wanted.filter(({ version }) => !applied.some((one) => one.version === version))
  for (const { version, name, checksum, statements } of missing) {
    for (const query of statements) await client.command({ query })
    await client.insert({
      table: MIGRATIONS_TABLE,
      values: [{ version, name, checksum }],
      format: 'JSONEachRow',
    })
  }
  return missing.map(({ version }) => version)
}
