import type { DecisionsTableData } from '../../graph/generated/results.js'

export type DecisionRow = DecisionsTableData['decisions'][number]

/** Most decisions that the feed holds; the oldest go. The graph answers no more either. */
export const MAX_DECISIONS = 500

/** Newest first, each once, at most MAX_DECISIONS: what is held with what came. The same array when nothing is new. Pure. */
export function mergeDecisions(
  held: readonly DecisionRow[],
  came: readonly DecisionRow[],
): readonly DecisionRow[] {
  const known = new Map(held.map((row) => [row.id, row]))
  for (const row of came) if (!known.has(row.id)) known.set(row.id, row)
  if (known.size === held.length) return held
  return [...known.values()].sort((a, b) => b.decidedAt.localeCompare(a.decidedAt)).slice(0, MAX_DECISIONS)
}

/** The feed outside React: many decisions a second make one change a frame. */
export interface DecisionBuffer {
  rows(): readonly DecisionRow[]
  add(came: readonly DecisionRow[]): void
  subscribe(listener: () => void): () => void
}

/** How long decisions are gathered before the table is told: four times a second is what can be read. */
const GATHER_MS = 250

/** Makes an empty buffer. */
export function createDecisionBuffer(): DecisionBuffer {
  const listeners = new Set<() => void>()
  let rows: readonly DecisionRow[] = []
  let waiting: DecisionRow[] = []
  let timer: ReturnType<typeof setTimeout> | undefined
  const tell = (): void => {
    timer = undefined
    const before = rows
    rows = mergeDecisions(rows, waiting)
    waiting = []
    if (rows === before) return
    for (const listener of listeners) listener()
  }
  return {
    rows: () => rows,
    add(came) {
      waiting.push(...came)
      if (waiting.length > MAX_DECISIONS) waiting = waiting.slice(-MAX_DECISIONS)
      timer ??= setTimeout(tell, GATHER_MS)
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
