import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Say } from './closing.js'
import { writePrivate } from './private-file.js'

/** `lighthouse console` sends this signal and reads the link from this file of the data directory. */
export const LINK_SIGNAL = 'SIGUSR2'
export const LINK_FILE = 'console-link'

/** Writes a fresh one-time link whenever the signal comes, until it is disposed. Only our own user can send it. */
export function offerLinks(dataDir: string, makeLink: () => string, say: Say): AsyncDisposable {
  const file = join(dataDir, LINK_FILE)
  const offer = () => {
    Promise.resolve()
      .then(() => writePrivate(file, `${makeLink()}\n`))
      .catch((error: unknown) => say(`console: no link could be made: ${(error as Error).message}`))
  }
  process.on(LINK_SIGNAL, offer)
  return {
    async [Symbol.asyncDispose]() {
      process.off(LINK_SIGNAL, offer)
      await rm(file, { force: true })
    },
  }
}
