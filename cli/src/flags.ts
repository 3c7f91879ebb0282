import { InvalidArgumentError } from 'commander'

/** A port number of a flag; 0 asks for any free one. */
export function portFlag(text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65_535) return port
  throw new InvalidArgumentError('A port is a number from 0 to 65535.')
}

/** A whole number of a flag, from 0. */
export function wholeFlag(text: string): number {
  const value = Number(text)
  if (/^\d+$/.test(text) && Number.isSafeInteger(value)) return value
  throw new InvalidArgumentError('Give a whole number, 0 or more.')
}

/** Reads a whole number of a flag, from `least` to `most`. */
export function countFlag(least: number, most: number): (text: string) => number {
  return (text) => {
    const count = Number(text)
    if (/^\d+$/.test(text) && count >= least && count <= most) return count
    throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`)
  }
}

/** A time in seconds of a flag, from a tenth to a day. */
export function secondsFlag(text: string): number {
  const seconds = Number(text)
  if (seconds >= 0.1 && seconds <= 86_400) return seconds
  throw new InvalidArgumentError('Give seconds, from 0.1 to 86400.')
}
