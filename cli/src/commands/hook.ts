import { answerHook } from '@lighthouse/client/hook/answer'
import type { HookClientName } from '@lighthouse/client/hook/clients'
import { DEFAULT_BUDGET_MS } from '@lighthouse/client/hook/relay'
import { readConfig } from '@lighthouse/client/config'
import { submit } from '@lighthouse/client/submit'
import { Command } from 'commander'
import { type ReachOptions, reach, talkTo, withReach } from '../reach.js'
import { forOption } from './for-option.js'
import { installCommand } from './hook-install.js'

const STDIN_WITHIN_MS = 10_000

interface HookFlags extends ReachOptions {
  readonly for?: HookClientName
}

export function hookCommand(): Command {
  const command = new Command('hook').description(
    'Answers the hook that a coding agent calls before a tool: its JSON on stdin, its answer on stdout. Fails closed.',
  )
  return withReach(command)
    .addOption(forOption('whose hook it is (default: told by its input)'))
    .option('--json', 'accepted for uniformity: the answer is always JSON')
    .addHelpText('after', '\n"lighthouse hook install" writes it into the settings of your agent.')
    .enablePositionalOptions()
    .action(hook)
    .addCommand(installCommand())
}

async function hook(options: HookFlags): Promise<void> {
  const budgetMs = readConfig().hookBudgetMs ?? DEFAULT_BUDGET_MS
  const result = await answerHook(
    await readStdin(),
    async (input) => {
      await using transport = talkTo(await reach(options), budgetMs)
      return await submit(transport, input)
    },
    { budgetMs, client: options.for },
  )
  process.stdout.write(result.stdout)
  process.stderr.write(result.stderr)
  process.exitCode = result.exitCode
}

/** All of stdin, or what came of it in time: a pipe that nobody closes must not hold the agent. */
async function readStdin(): Promise<string> {
  const chunks: Buffer[] = []
  const timer = setTimeout(() => process.stdin.destroy(), STDIN_WITHIN_MS)
  try {
    for await (const chunk of process.stdin) chunks.push(chunk as Buffer)
  } catch {
    // What is there is judged; cut JSON fails closed.
  } finally {
    clearTimeout(timer)
  }
  return Buffer.concat(chunks).toString('utf8')
}
