import type { Executable } from './executable.js'
import type { Prepare } from './prepare.js'
import type { Result } from './result.js'
import type { Scope } from './scope.js'

/** The life of an operation, whatever it came over: prepared, then run. */
export interface Lifecycle {
  readonly prepare: Prepare
  /** Runs one prepared query or mutation. Never rejects. */
  run(executable: Executable, scope: Scope): Promise<Result>
}
