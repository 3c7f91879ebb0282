import { readFile } from 'node:fs/promises'
import { CommandError } from './command-error.js'

/** The bytes of a file that was named on the command line. */
export async function readBytes(file: string): Promise<Buffer> {
  return await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new CommandError('BAD_USAGE', `${file} cannot be read (${error.code}).`)
  })
}

/** The text of a file that was named on the command line. */
export async function readText(file: string): Promise<string> {
  return (await readBytes(file)).toString('utf8')
}
