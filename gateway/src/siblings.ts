import type { ServingState } from './http/health.js'
import type { Exposition, Telling } from './telling.js'

/** What a process tells of itself when another one that serves the same port asks. */
export interface Facts {
  readonly metrics: () => Promise<Telling>
  readonly serving: () => ServingState
}

/** What one serves; `silent`: it does not answer; `absent`: it ended and is being replaced. */
export type WorkerState = ServingState | 'silent' | 'absent'

/** The processes that serve one port together, this one among them. */
export interface Siblings {
  /** From now on others hear of this process. */
  join(facts: Facts): void
  /** What all of them count, as one. Rejects when nobody gathers it in time. */
  metrics(): Promise<Exposition>
  /** What each serves, by its name. Rejects as `metrics` does. */
  serving(): Promise<Readonly<Record<string, WorkerState>>>
}
