import type { Quantity } from '../ui/quantity.js'

/** One line of a chart: what it is called and how it is always drawn. */
export interface Line {
  readonly key: string
  readonly label: string
  /** A colour token, `--p95`. */
  readonly color: string
  /** Dash lengths in px; solid when absent. */
  readonly dash?: readonly number[]
  readonly filled?: boolean
}

/** Percentiles look the same everywhere: one hue, three lightnesses, and solid, dashed, dotted. */
export const PERCENTILES = [
  { key: 'p50', label: 'p50', color: '--p50' },
  { key: 'p95', label: 'p95', color: '--p95', dash: [7, 4] },
  { key: 'p99', label: 'p99', color: '--p99', dash: [1.5, 3.5] },
] as const satisfies readonly Line[]

/** Moments (seconds since the epoch) and beside them the values of each line; null is a gap. */
export interface ChartData {
  readonly times: readonly number[]
  readonly values: readonly (readonly (number | null)[])[]
}

/** Something that happened, drawn as a vertical rule with a flag. */
export interface Mark {
  /** ms since the epoch */
  readonly at: number
  readonly label: string
}

export type Format = (value: number | null | undefined) => Quantity

/** What a chart asked of the graph, to be shown and copied. */
export interface Source {
  readonly document: string
  readonly variables: unknown
}
