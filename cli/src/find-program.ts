import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { readCliConfig } from './config.js'

/** The path of a program, when PATH has one. */
export async function findProgram(name: string): Promise<string | undefined> {
  for (const directory of readCliConfig().path.split(delimiter)) {
    const file = join(directory, name)
    const found = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (directory !== '' && found) return file
  }
  return undefined
}
