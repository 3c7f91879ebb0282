/** What a statement of the recorder inserts. */
export interface Statement {
  readonly table: string
  /** As objects, by the names of the columns. */
  readonly rows: readonly Readonly<Record<string, unknown>>[]
  /** The rows as they are written. */
  readonly lines: readonly string[]
}

/** Reads the INSERT statement that a body is; one of no table and no rows when it is none. */
export function readStatement(body: string): Statement {
  const [head = '', ...lines] = body.split('\n')
  const [, table, list] = /^INSERT INTO obs\.(\w+) \((.*)\) FORMAT JSONCompactEachRow$/.exec(head) ?? []
  if (table === undefined || list === undefined || lines.pop() !== '')
    return { table: '', rows: [], lines: [] }
  const columns = list.split(', ')
  const rows = lines.map((line) => {
    const values = JSON.parse(line) as unknown[]
    if (values.length !== columns.length) throw new Error(`${values.length} values of ${columns.length}`)
    return Object.fromEntries(columns.map((name, nth) => [name, values[nth]]))
  })
  return { table, rows, lines }
}
