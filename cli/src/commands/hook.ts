import { answerHook } from '@lighthouse/client/hook'
import { submit } from '@lighthouse/client/submit'
import { Command } from 'commander'
import { readCliConfig } from '../config.js'
import { type ReachOptions, reach, talkTo, withReach } from '../reach.js'

/** Below the timeout that agents give a hook (60 s), above what an expert may take (30 s). */
const BUDGET_MS = 35_000
const STDIN_WITHIN_MS = 10_000

export function hookCommand(): Command {
  const command = new Command('hook').description(
    "Answers Claude Code's PreToolUse hook: its JSON on stdin, allow, ask or deny on stdout. Fails closed: exit code 2.",
  )
  return withReach(command)
    .option('--json', 'accepted for uniformity: the answer is always JSON')
    .addHelpText('after', SETTINGS)
    .action(hook)
}

const SETTINGS = `
In .claude/settings.json:
  {"hooks":{"PreToolUse":[{"matcher":"*","hooks":[{"type":"command","command":"lighthouse hook","timeout":60}]}]}}
`

async function hook(options: ReachOptions): Promise<void> {
  const budgetMs = readCliConfig().hookBudgetMs ?? BUDGET_MS
  const result = await answerHook(
    await readStdin(),
    async (input) => {
      await using transport = talkTo(await reach(options), budgetMs)
      return await submit(transport, input)
    },
    { budgetMs },
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
