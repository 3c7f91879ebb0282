import { readFile } from 'node:fs/promises'
import { CommandError } from './command-error.js'

/** The text of a file that was named on the command line. */
export async function readText(file: string): Promise<string> {
  return await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new CommandError('BAD_USAGE', `${file} cannot be read (${error.code}).`)
  })
}
