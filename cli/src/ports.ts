import { InvalidArgumentError } from 'commander'

/** A port number of a flag; 0 asks for any free one. */
export function portFlag(text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65_535) return port
  throw new InvalidArgumentError('A port is a number from 0 to 65535.')
}
