import { CommandError } from './command-error.js'

/** A failure to listen or to load, told with what to do. */
export function startError(error: unknown, port: number): CommandError {
  if (error instanceof CommandError) return error
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'EADDRINUSE')
    return new CommandError(
      'PORT_TAKEN',
      `Port ${port} is taken; pass --port N, or --port 0 for any free one.`,
    )
  if (code === 'EACCES')
    return new CommandError(
      'PORT_REFUSED',
      `Port ${port} may not be opened by this user; pass a --port above 1023.`,
    )
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return new CommandError('BAD_USAGE', `This machine has no such --host (${code}).`)
  return new CommandError('START_FAILED', message)
}
