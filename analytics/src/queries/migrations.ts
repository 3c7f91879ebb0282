/** The database of everything that is recorded. Atomic, because chDB's `default` is an overlay on the file system. */
export const CREATE_DATABASE = 'CREATE DATABASE IF NOT EXISTS obs ENGINE = Atomic'

export const CREATE_MIGRATIONS = `CREATE TABLE IF NOT EXISTS obs.schema_migrations
(
    version    UInt32,
    name       String,
    checksum   FixedString(64),
    applied_at DateTime64(3, 'UTC') DEFAULT now64(3)
)
ENGINE = ReplacingMergeTree(applied_at) ORDER BY version`

export const APPLIED_MIGRATIONS =
  'SELECT version, name, checksum FROM obs.schema_migrations FINAL ORDER BY version'

/** Takes rows with version, name and checksum. */
export const MIGRATIONS_TABLE = 'obs.schema_migrations'
