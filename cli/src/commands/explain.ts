import type { Explanation } from '@lighthouse/client/documents'
import { EXPLAIN } from '@lighthouse/client/documents'
import { ClientError } from '@lighthouse/client/client-error'
import { Command } from 'commander'
import { explainHere } from '../explain/explain-here.js'
import { pageFor } from '../explain/page.js'
import { note, print, printJson } from '../output.js'
import { type ReachOptions, reach, talkTo, withReach } from '../reach.js'
import { readToolCall, type ToolCall, type ToolCallOptions, withToolCall } from '../tool-call.js'

interface ExplainOptions extends ReachOptions, ToolCallOptions {
  readonly json?: boolean
}

export function explainCommand(): Command {
  const command = new Command('explain').description(
    'Says why a tool call would be decided as it would: how it is parsed, what it would do, which rules fire, what ' +
      'each tier would answer, and what would change it. Nothing is kept, counted or asked of an expert. Asks the ' +
      'running instance; without one, the policies that come with the product. Exit code 0 when it could be explained.',
  )
  const asked = withToolCall(command).option('--json', 'print the explanation as JSON')
  return withReach(asked).action(explain)
}

async function explain(argument: string, options: ExplainOptions): Promise<void> {
  const input = await readToolCall(argument, options)
  const { source, explanation } = await ask(input, options)
  if (options.json === true) return await printJson({ source, ...explanation })
  const command = input.toolInput['command']
  await print(pageFor(explanation, typeof command === 'string' ? command : undefined))
}

async function ask(
  input: ToolCall,
  options: ExplainOptions,
): Promise<{ readonly source: 'instance' | 'shipped-policies'; readonly explanation: Explanation }> {
  try {
    await using transport = talkTo(await reach(options))
    const { explain: explanation } = await transport.run(EXPLAIN, { input }, { repeatable: true })
    return { source: 'instance', explanation }
  } catch (error) {
    if (!(error instanceof ClientError) || error.code !== 'NO_INSTANCE') throw error
    note('No instance runs; this is what the policies that come with the product say.')
    return { source: 'shipped-policies', explanation: await explainHere(input) }
  }
}
