import type { Node } from './parse.js'
import { literal, unknown, UNKNOWN } from './value.js'
import type { Value } from './value.js'

/** What the script has set so far: variables, functions, the working directory. Copied for shells of their own. */
export interface State {
  readonly variables: Map<string, readonly Value[]>
  readonly functions: Map<string, Node>
  /** Absolute, or UNKNOWN after `cd "$somewhere"`. */
  cwd: string
}

const SEPARATORS = [literal(' \t\n')]
const TEMPORARY = [literal('/tmp')]

export function openState(cwd: string, home: string): State {
  const variables = new Map<string, readonly Value[]>([
    ['HOME', [literal(home)]],
    ['PWD', [literal(cwd)]],
    ['IFS', SEPARATORS],
    ['TMPDIR', TEMPORARY],
  ])
  return { variables, functions: new Map(), cwd }
}

export function copyState(state: State): State {
  return { variables: new Map(state.variables), functions: new Map(state.functions), cwd: state.cwd }
}

/** After a branch that may not have run: whatever differs from before is unknown. */
export function mergeState(state: State, before: State): void {
  for (const [name, values] of state.variables) {
    if (before.variables.get(name) !== values) state.variables.set(name, [unknown(taintOf(values))])
  }
  if (state.cwd !== before.cwd) state.cwd = UNKNOWN
}

function taintOf(values: readonly Value[]): number {
  return values.reduce((taint, value) => taint | value.taint, 0)
}
