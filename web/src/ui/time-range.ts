/** The presets, by what stands in the URL, in seconds. */
export const RANGES = {
  '5m': 300,
  '15m': 900,
  '1h': 3_600,
  '6h': 21_600,
  '24h': 86_400,
  '7d': 604_800,
} as const
export type Preset = keyof typeof RANGES
export const PRESETS = Object.keys(RANGES) as readonly Preset[]
export const DEFAULT_PRESET: Preset = '15m'

export const ZONES = ['local', 'utc'] as const
export type Zone = (typeof ZONES)[number]

/** The part of every view's URL that says which time is looked at. Defaults are left out of the URL. */
export interface TimeSearch {
  readonly range?: Preset
  /** RFC 3339, both or none: an absolute range, which wins over `range`. */
  readonly from?: string
  readonly to?: string
  readonly tz?: Zone
}

/** What a view asks for. `follow` says that the range ends now and moves. Times in ms since the epoch. */
export type TimeRange =
  | { readonly follow: true; readonly preset: Preset; readonly spanMs: number }
  | { readonly follow: false; readonly from: number; readonly to: number; readonly spanMs: number }

const isPreset = (value: unknown): value is Preset =>
  typeof value === 'string' && Object.hasOwn(RANGES, value)

function moment(value: unknown): string | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined
  const at = new Date(value)
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString()
}

/** Reads the time part of a URL; whatever is not understood is as if absent, so an old link still opens. */
export function readTimeSearch(raw: Readonly<Record<string, unknown>>): TimeSearch {
  const from = moment(raw['from'])
  const to = moment(raw['to'])
  const absolute = from !== undefined && to !== undefined && from < to
  const zone = ZONES.find((name) => name === raw['tz'])
  return {
    ...(isPreset(raw['range']) && raw['range'] !== DEFAULT_PRESET ? { range: raw['range'] } : {}),
    ...(absolute ? { from, to } : {}),
    ...(zone !== undefined && zone !== 'local' ? { tz: zone } : {}),
  }
}

/** The range that a URL means. */
export function timeRange(search: TimeSearch): TimeRange {
  if (search.from !== undefined && search.to !== undefined) {
    const from = Date.parse(search.from)
    const to = Date.parse(search.to)
    return { follow: false, from, to, spanMs: to - from }
  }
  const preset = search.range ?? DEFAULT_PRESET
  return { follow: true, preset, spanMs: RANGES[preset] * 1_000 }
}

/** First and last moment of a range at `now`, ms since the epoch. */
export function spanAt(range: TimeRange, now: number): { readonly from: number; readonly to: number } {
  return range.follow ? { from: now - range.spanMs, to: now } : { from: range.from, to: range.to }
}

/** The longest window that the graph takes. */
const MAX_WINDOW_S = 400 * 86_400
/** Most points of one series that a chart asks for: one a pixel is more than is seen. */
const MAX_POINTS = 1_000

/**
 * The graph answers about windows that end now. This is the window (ISO 8601) and number of points that cover a range
 * with about `points` points inside it, and the step between two points in seconds.
 */
export function windowOf(range: TimeRange, now: number, points: number): WindowAsk {
  const seconds = range.follow ? range.spanMs / 1_000 : Math.ceil((now - range.from) / 1_000)
  const whole = Math.min(MAX_WINDOW_S, Math.max(1, seconds))
  const wanted = Math.ceil((points * whole * 1_000) / range.spanMs)
  const asked = Math.max(1, Math.min(MAX_POINTS, wanted, whole))
  return { window: `PT${whole}S`, points: asked, stepS: whole / asked }
}

export interface WindowAsk {
  readonly window: string
  readonly points: number
  readonly stepS: number
}

/** How often a range's history is worth asking again: once a step, between 5 s and 60 s. */
export function refreshMs(stepS: number): number {
  return Math.min(60_000, Math.max(5_000, stepS * 1_000))
}
