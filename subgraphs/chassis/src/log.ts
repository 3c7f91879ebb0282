export type LogLevel = 'debug' | 'info' | 'warn' | 'error'
export type LogFields = Readonly<Record<string, unknown>>

/** One JSON object a line. A field whose value is an Error is written as its name, message and stack. */
export interface Log {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
  /** The same log with fields that every line of it carries. */
  with(fields: LogFields): Log
}

const LEVELS = { debug: 10, info: 20, warn: 30, error: 40 } as const satisfies Record<LogLevel, number>

export interface LogOptions {
  /** Who speaks: the process or package. */
  readonly name: string
  /** Lines below it are not written. */
  readonly level?: LogLevel
  /** Takes one line without its line end; stderr by default. */
  readonly write?: (line: string) => void
  readonly now?: () => number
}

function plain(value: unknown): unknown {
  return value instanceof Error ? { name: value.name, message: value.message, stack: value.stack } : value
}

function toStderr(line: string): void {
  process.stderr.write(`${line}\n`)
}

/** Opens a log. Logging never throws: a field that cannot be JSON is replaced by a note. */
export function createLog({ name, level = 'info', write = toStderr, now = Date.now }: LogOptions): Log {
  const least = LEVELS[level]
  const open = (bound: LogFields): Log => {
    const line = (at: LogLevel) => (message: string, fields?: LogFields) => {
      if (LEVELS[at] < least) return
      const head = { at: new Date(now()).toISOString(), level: at, name, message }
      try {
        write(
          JSON.stringify({ ...head, ...bound, ...fields, ...head }, (_key, value: unknown) => plain(value)),
        )
      } catch {
        write(JSON.stringify({ ...head, unprintable: true }))
      }
    }
    return {
      debug: line('debug'),
      info: line('info'),
      warn: line('warn'),
      error: line('error'),
      with: (fields) => open({ ...bound, ...fields }),
    }
  }
  return open({})
}

const nothing = (): void => {}

/** A log that writes nothing. */
export const QUIET: Log = {
  debug: nothing,
  info: nothing,
  warn: nothing,
  error: nothing,
  with: () => QUIET,
}
