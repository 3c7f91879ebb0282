import type { Walk } from '../walk.js'
import type { Options } from '../options.js'
import type { Stream, Value } from '../value.js'

/** One command about to be run, with everything about it that is known. */
export interface Call {
  /** The binary's own name, without its directory. */
  readonly name: string
  readonly args: readonly Value[]
  readonly stdin: Stream | undefined
  readonly walk: Walk
}

/** What the operands of a command are. */
export type Operands = 'none' | 'read' | 'write' | 'delete' | 'last-written' | 'skip-first-then-read'

/**
 * What one binary does, as data. `act` (`pack/action`) is noted for every call; `options` replaces it when one of
 * the options is given; `subcommands` are looked up by the first operand and may nest.
 */
export interface Spec {
  readonly act?: string
  /** Options that take a value, separated by spaces, without dashes. */
  readonly takes?: string
  readonly singleDash?: boolean
  readonly operands?: Operands
  /** Options → what they make of the call. `write`, `read`: their value is a path; `list`: of a list of paths;
   * `within`: a directory that must be the project's. */
  readonly options?: Readonly<Record<string, string>>
  /** What a tool of subcommands does without one, when that is another thing than `act`. */
  readonly alone?: string
  readonly subcommands?: Readonly<Record<string, string | Spec>>
  /** Runs another command of its arguments, which is judged by itself. */
  readonly wraps?: boolean
  /** What is printed: the taint it adds to what was read. */
  readonly prints?: number
  /** Sees every argument of a tool that has subcommands, whichever of them is called. */
  readonly watch?: (call: Call, options: Options) => void
  /** Does what a table cannot say. Its answer, when it has one, is what the command prints. */
  readonly handle?: (call: Call, options: Options) => Stream | undefined
}

export type SpecTable = Readonly<Record<string, Spec>>
