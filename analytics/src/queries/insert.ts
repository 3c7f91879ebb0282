/** The tables that take rows from outside the engine. */
export const INSERT_TABLES = ['operations', 'fetches', 'tiers', 'stops', 'marks'] as const
export type InsertTable = (typeof INSERT_TABLES)[number]

/** The statement that takes newline-delimited JSON rows into one table. */
export function insertStatement(table: InsertTable): string {
  return `INSERT INTO obs.${table} FORMAT JSONEachRow`
}

/** The statement that takes arrays of the values of these columns, a line each, which follow it in the same body. */
export function insertValues(table: InsertTable, columns: readonly string[]): string {
  return `INSERT INTO obs.${table} (${columns.join(', ')}) FORMAT JSONCompactEachRow\n`
}

/**
 * Settings that make an insert exactly-once: the same token again adds nothing to the table nor to its roll-ups.
 * Windows are set in the DDL. Tokens are unique per batch, and a batch is at most one block.
 */
export function exactlyOnce(token: string): Record<string, string> {
  return {
    insert_deduplication_token: token,
    deduplicate_blocks_in_dependent_materialized_views: '1',
    input_format_skip_unknown_fields: '1',
    async_insert: '0',
  }
}
