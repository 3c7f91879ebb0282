/** An error as ClickHouse words it: `Code: 60. DB::Exception: … (UNKNOWN_TABLE)`. */
export class EngineError extends Error {
  override readonly name = 'EngineError'
  readonly code: number

  constructor(code: number, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** An error of the door itself, in ClickHouse's words, so that every client reads code and type from it. */
export function refusal(code: number, type: string, message: string): EngineError {
  return new EngineError(code, `Code: ${code}. DB::Exception: ${message} (${type})`)
}

/** Whatever chDB threw, as an {@link EngineError}; code 1002 (UNKNOWN_EXCEPTION) when it names none. */
export function asEngineError(error: unknown): EngineError {
  if (error instanceof EngineError) return error
  const message = error instanceof Error ? error.message : String(error)
  const code = Number(/^Code: (\d+)\./.exec(message)?.[1] ?? 0)
  if (code > 0) return new EngineError(code, message, { cause: error })
  return new EngineError(1002, `Code: 1002. DB::Exception: ${message} (UNKNOWN_EXCEPTION)`, { cause: error })
}
