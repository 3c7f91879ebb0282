/** A text as ClickHouse's literal. */
export function literal(value: string | number): string {
  return `'${String(value).replace(/\\/g, '\\\\').replace(/'/g, "\\'")}'`
}

export interface FileInsert {
  readonly table: string
  readonly columns: readonly string[] | undefined
  readonly format: string
  /** The statement's own SETTINGS, as they were written. */
  readonly settings: string | undefined
}

/** The statement that takes rows in any format from a file of the embedded engine's inbox. */
export function insertFileStatement({ table, columns, format, settings }: FileInsert, file: string): string {
  const list = columns === undefined ? '' : ` (${columns.join(', ')})`
  const set = settings === undefined ? '' : ` SETTINGS ${settings}`
  return `INSERT INTO ${table}${list} FROM INFILE ${literal(file)}${set} FORMAT ${format}`
}

/** Reads a compressed file of the inbox as one value. */
export function decompressStatement(file: string, encoding: 'lz4' | 'zstd'): string {
  return `SELECT bytes FROM file(${literal(file)}, 'RawBLOB', 'bytes String', ${literal(encoding)})`
}
