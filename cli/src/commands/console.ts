import { readFile, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { readConfig } from '@lighthouse/client/config'
import { readInstance } from '@lighthouse/client/instance'
import { Command } from 'commander'
import { CommandError } from '../command-error.js'
import { print, printJson } from '../output.js'
import { LINK_FILE, LINK_SIGNAL } from '../up/console-link.js'

interface ConsoleFlags {
  readonly dataDir?: string
  readonly json?: boolean
}

const WITHIN_MS = 5_000

export function consoleCommand(): Command {
  return new Command('console')
    .description(
      'Prints a fresh link that opens the console once. For who may signal the running process: its user.',
    )
    .option('--data-dir <dir>', 'the data directory of the running instance')
    .option('--json', 'print {"link":…}')
    .action(askLink)
}

async function askLink(flags: ConsoleFlags): Promise<void> {
  const dataDir = flags.dataDir === undefined ? readConfig().dataDir : resolve(flags.dataDir)
  const instance = await readInstance(dataDir)
  if (instance === undefined)
    throw new CommandError(
      'NO_INSTANCE',
      `No Lighthouse runs from ${dataDir}; start one with "lighthouse up".`,
    )
  const file = join(dataDir, LINK_FILE)
  await rm(file, { force: true })
  process.kill(instance.pid, LINK_SIGNAL)
  const link = await waitFor(file)
  await rm(file, { force: true })
  await (flags.json === true ? printJson({ link }) : print(`${link}\n`))
}

async function waitFor(file: string): Promise<string> {
  const deadline = performance.now() + WITHIN_MS
  while (performance.now() < deadline) {
    const text = await readFile(file, 'utf8').catch(() => undefined)
    if (text !== undefined) return text.trim()
    await sleep(20)
  }
  throw new CommandError(
    'DEADLINE_EXCEEDED',
    `The running instance made no link within ${WITHIN_MS} ms; see its log.`,
  )
}
