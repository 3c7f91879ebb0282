export const EXTENTS = ['answer', 'screen'] as const
/** How far the waterfall reaches: until the answer left, or until the last stop (the screen). */
export type Extent = (typeof EXTENTS)[number]

/** The walk view's part of the URL. */
export interface WalkSearch {
  readonly trace?: string
  readonly until?: Extent
}

/** Reads the view's part of a URL; what is not understood is as if absent. */
export function readWalkSearch(raw: Readonly<Record<string, unknown>>): WalkSearch {
  // A trace id of digits only is read from the URL as a number; it cannot be told back, so it must be quoted there.
  const trace = typeof raw['trace'] === 'string' && raw['trace'] !== '' ? raw['trace'] : undefined
  const until = EXTENTS.find((extent) => extent === raw['until'])
  return { ...(trace === undefined ? {} : { trace }), ...(until === undefined ? {} : { until }) }
}
