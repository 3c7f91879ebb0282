export type Cell = string | number | boolean | null | undefined
export type Row = Readonly<Record<string, Cell>>

/** A cell that a spreadsheet would run as a formula is made text (CWE-1236); quotes, commas and line ends are quoted. */
function csvCell(cell: Cell): string {
  if (cell === null || cell === undefined) return ''
  const text = typeof cell === 'string' && /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : String(cell)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** RFC 4180 text of rows, with the columns of the first as header. Empty without rows. */
export function toCsv(rows: readonly Row[]): string {
  const [first] = rows
  if (first === undefined) return ''
  const columns = Object.keys(first)
  const lines = rows.map((row) => columns.map((column) => csvCell(row[column])).join(','))
  return `${[columns.map(csvCell).join(','), ...lines].join('\r\n')}\r\n`
}

/** Rows as indented JSON. */
export function toJson(rows: readonly Row[]): string {
  return `${JSON.stringify(rows, undefined, 2)}\n`
}

export const EXPORTS = {
  csv: { word: 'CSV', mime: 'text/csv', print: toCsv },
  json: { word: 'JSON', mime: 'application/json', print: toJson },
} as const
export type ExportKind = keyof typeof EXPORTS

/** Has the browser save rows as `<name>.csv` or `<name>.json`. */
export function saveRows(name: string, kind: ExportKind, rows: readonly Row[]): void {
  const { mime, print } = EXPORTS[kind]
  const address = URL.createObjectURL(new Blob([print(rows)], { type: mime }))
  const link = document.createElement('a')
  link.href = address
  link.download = `${name}.${kind}`
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), 10_000)
}
