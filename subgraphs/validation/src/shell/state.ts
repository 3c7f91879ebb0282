import type { Node } from './script.js'
import { literal, taintOf, unknown, UNKNOWN } from './value.js'
import type { Value } from './value.js'

/** What the script has set so far: variables, functions, the working directory. Copied for shells of their own. */
export interface State {
  readonly variables: Names<readonly Value[]>
  readonly functions: Names<Node>
  /** Absolute, or UNKNOWN after `cd "$somewhere"`. */
  cwd: string
}

/** A map that is copied when one of those who share it writes: most shells of their own set nothing. */
class Names<V> {
  #map: Map<string, V>
  #shared = false

  constructor(map: Map<string, V>) {
    this.#map = map
  }

  get(name: string): V | undefined {
    return this.#map.get(name)
  }

  has(name: string): boolean {
    return this.#map.has(name)
  }

  set(name: string, value: V): void {
    this.#own().set(name, value)
  }

  delete(name: string): void {
    if (this.#map.has(name)) this.#own().delete(name)
  }

  [Symbol.iterator](): IterableIterator<[string, V]> {
    return this.#map[Symbol.iterator]()
  }

  copy(): Names<V> {
    const copied = new Names(this.#map)
    this.#shared = true
    copied.#shared = true
    return copied
  }

  #own(): Map<string, V> {
    if (this.#shared) this.#map = new Map(this.#map)
    this.#shared = false
    return this.#map
  }
}

const SEPARATORS = [literal(' \t\n')]
const TEMPORARY = [literal('/tmp')]

/** What a shell begins with, for who asked last: shared until a script sets something. */
let initial:
  | { readonly cwd: string; readonly home: string; readonly variables: Names<readonly Value[]> }
  | undefined

export function openState(cwd: string, home: string): State {
  if (initial === undefined || initial.cwd !== cwd || initial.home !== home)
    initial = { cwd, home, variables: initialVariables(cwd, home) }
  return { variables: initial.variables.copy(), functions: new Names(new Map<string, Node>()), cwd }
}

function initialVariables(cwd: string, home: string): Names<readonly Value[]> {
  const variables = new Map<string, readonly Value[]>([
    ['HOME', [literal(home)]],
    ['PWD', [literal(cwd)]],
    ['IFS', SEPARATORS],
    ['TMPDIR', TEMPORARY],
  ])
  return new Names(variables)
}

export function copyState(state: State): State {
  return { variables: state.variables.copy(), functions: state.functions.copy(), cwd: state.cwd }
}

/** After a branch that may not have run: whatever differs from before is unknown. */
export function mergeState(state: State, before: State): void {
  for (const [name, values] of state.variables) {
    if (before.variables.get(name) !== values) state.variables.set(name, [unknown(taintOf(values))])
  }
  if (state.cwd !== before.cwd) state.cwd = UNKNOWN
}

/** The names of a script's arguments. */
export const ARGUMENTS = ['@', '*', '1', '2', '3', '4', '5', '6', '7', '8', '9'] as const

/** Gives a script or a function its arguments. */
export function setArguments({ variables }: State, values: readonly Value[]): void {
  variables.set('@', values)
  variables.set('*', values)
  for (let i = 0; i < 9; i++) {
    const value = values[i]
    if (value === undefined) variables.delete(String(i + 1))
    else variables.set(String(i + 1), [value])
  }
}
