import type { InsertTarget } from '../session.js'

const NAME = '`?[A-Za-z0-9_]+`?'
const STATEMENT = new RegExp(
  `^\\s*INSERT\\s+INTO\\s+(?:TABLE\\s+)?(${NAME}(?:\\.${NAME})?)\\s*(?:\\(([^()]*)\\)\\s*)?` +
    `(?:SETTINGS\\s+([^;'\\n]*?)\\s+)?FORMAT\\s+(\\w+)[ \\t]*;?(?:\\r?\\n|\\s*$)`,
  'i',
)

/** An INSERT whose data follow as bytes, and the offset at which they begin; undefined for any other statement. */
export function insertTarget(head: string): { into: InsertTarget; dataAt: number } | undefined {
  const [whole, table, list, settings, format] = STATEMENT.exec(head) ?? []
  if (whole === undefined || table === undefined || format === undefined) return undefined
  if (/^values$/i.test(format)) return undefined
  const columns = list?.split(',').map((column) => column.trim().replace(/^[`"]|[`"]$/g, ''))
  if (columns?.some((column) => !/^[A-Za-z0-9_]+$/.test(column))) return undefined
  return { into: { table: table.replace(/`/g, ''), columns, format, settings }, dataAt: whole.length }
}
