/** A failure that is told in one line: what happened and what to do. Ends the command with `exitCode`. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  readonly code: string
  readonly exitCode: number

  constructor(code: string, message: string, exitCode = 1) {
    super(message)
    this.code = code
    this.exitCode = exitCode
  }
}

/** Code and message of anything that was thrown. */
export function failureOf(error: unknown): { readonly code: string; readonly message: string } {
  if (!(error instanceof Error)) return { code: 'INTERNAL_SERVER_ERROR', message: String(error) }
  const { code } = error as { code?: unknown }
  return { code: typeof code === 'string' ? code : 'INTERNAL_SERVER_ERROR', message: error.message }
}

/** The one line that a person reads. */
export function lineOf(message: string): string {
  return `lighthouse: ${message.replaceAll(/\s*\n\s*/g, ' ')}\n`
}
