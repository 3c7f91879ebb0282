export const COLUMN_IDS = [
  'name',
  'type',
  'live',
  'rate',
  'count',
  'p50',
  'p95',
  'p99',
  'max',
  'errors',
  'errorRate',
  'impact',
] as const
export type ColumnId = (typeof COLUMN_IDS)[number]

export const DEFAULT_COLUMNS: readonly ColumnId[] = [
  'name',
  'type',
  'live',
  'rate',
  'p50',
  'p95',
  'p99',
  'errorRate',
  'impact',
]

export interface Sort {
  readonly id: ColumnId
  readonly desc: boolean
}
export const DEFAULT_SORT: Sort = { id: 'impact', desc: true }

/** The operations view's part of the URL. Defaults are left out. */
export interface OperationsSearch {
  /** Text that names must contain. */
  readonly q?: string
  /** `p95.desc` */
  readonly sort?: string
  /** `name,p95,errors` */
  readonly cols?: string
  /** The operation whose details are open. */
  readonly op?: string
}

const isColumn = (text: string): text is ColumnId => COLUMN_IDS.some((id) => id === text)

/** Reads the sort order; anything else is the default. `live` is a picture and has no order. */
export function readSort(text: string | undefined): Sort {
  const [id = '', way = ''] = (text ?? '').split('.')
  return isColumn(id) && id !== 'live' && (way === 'asc' || way === 'desc')
    ? { id, desc: way === 'desc' }
    : DEFAULT_SORT
}

/** Spells the sort order for the URL; undefined for the default. */
export function writeSort(sort: Sort): string | undefined {
  if (sort.id === DEFAULT_SORT.id && sort.desc === DEFAULT_SORT.desc) return undefined
  return `${sort.id}.${sort.desc ? 'desc' : 'asc'}`
}

/** Reads the shown columns, in the table's own order; the name is always among them. */
export function readColumns(text: string | undefined): readonly ColumnId[] {
  if (text === undefined) return DEFAULT_COLUMNS
  const wanted = new Set(text.split(',').filter(isColumn))
  return COLUMN_IDS.filter((id) => id === 'name' || wanted.has(id))
}

/** Spells the shown columns for the URL; undefined for the default. */
export function writeColumns(columns: readonly ColumnId[]): string | undefined {
  const text = COLUMN_IDS.filter((id) => columns.includes(id)).join(',')
  return text === DEFAULT_COLUMNS.join(',') ? undefined : text
}

function word(value: unknown): string | undefined {
  const text = typeof value === 'number' || typeof value === 'boolean' ? String(value) : value
  return typeof text === 'string' && text !== '' ? text : undefined
}

/** Reads the view's part of a URL, leaving out what is default or not understood. */
export function readOperationsSearch(raw: Readonly<Record<string, unknown>>): OperationsSearch {
  const q = word(raw['q'])
  const op = word(raw['op'])
  const sort = writeSort(readSort(word(raw['sort'])))
  const cols = writeColumns(readColumns(word(raw['cols'])))
  return {
    ...(q === undefined ? {} : { q }),
    ...(sort === undefined ? {} : { sort }),
    ...(cols === undefined ? {} : { cols }),
    ...(op === undefined ? {} : { op }),
  }
}
