import type { ValidationDecision } from '@lighthouse/client/documents'
import { submit } from '@lighthouse/client/submit'
import { DECISION_EXIT_CODES } from '@lighthouse/contract/decision'
import { Command } from 'commander'
import { CommandError } from '../command-error.js'
import { print, printJson } from '../output.js'
import { type ReachOptions, reach, talkTo, withReach } from '../reach.js'
import { readToolCall, type ToolCallOptions, withToolCall } from '../tool-call.js'

interface ValidateOptions extends ReachOptions, ToolCallOptions {
  readonly json?: boolean
  readonly walk?: boolean
}

export function validateCommand(): Command {
  const command = new Command('validate').description(
    'Asks whether a tool call may run. Exit code 0 ALLOW, 2 BLOCK, 3 ESCALATE, 1 error (nobody could tell).',
  )
  const asked = withToolCall(command)
    .option('--walk', 'record every stop of this request')
    .option('--json', 'print the decision as JSON')
  return withReach(asked).action(validate)
}

async function validate(argument: string, options: ValidateOptions): Promise<void> {
  const call = await readToolCall(argument, options)
  await using transport = talkTo(await reach(options))
  const decision = await submit(transport, call, { walk: options.walk === true })
  const exitCode: number | undefined = DECISION_EXIT_CODES[decision.decision]
  if (exitCode === undefined)
    throw new CommandError('BAD_ANSWER', `"${decision.decision}" is not a decision.`)
  await (options.json === true ? printJson(decision) : print(`${lineFor(decision)}\n`))
  process.exitCode = exitCode
}

function lineFor({ decision, tier, confidence, processingMs, reason }: ValidationDecision): string {
  return `${decision}  ${reason}  (${tier}, confidence ${confidence}, ${processingMs.toFixed(1)} ms)`
}
