import type { Explanation } from '@lighthouse/client/documents'
import { EXPLAIN } from '@lighthouse/client/documents'
import { ClientError } from '@lighthouse/client/client-error'
import type { ValidationInput } from '@lighthouse/client/documents'
import { Command } from 'commander'
import { explainHere } from '../explain/explain-here.js'
import { pageFor } from '../explain/page.js'
import { note, print, printJson } from '../output.js'
import { type ReachOptions, reach, talkTo, withReach } from '../reach.js'
import { readToolInput } from '../tool-input.js'

interface ExplainOptions extends ReachOptions {
  readonly tool: string
  readonly cwd?: string
  readonly json?: boolean
}

export function explainCommand(): Command {
  const command = new Command('explain')
    .description(
      'Says why a tool call would be decided as it would: how it is parsed, what it would do, which rules fire, what ' +
        'each tier would answer, and what would change it. Nothing is kept, counted or asked of an expert. Asks the ' +
        'running instance; without one, the policies that come with the product. Exit code 0 when it could be explained.',
    )
    .argument(
      '<command>',
      'the command, path or URL; a JSON object is taken as the tool input; - reads it from stdin',
    )
    .option('--tool <name>', 'the tool as its agent names it', 'Bash')
    .option('--cwd <dir>', 'the directory in which it would run')
    .option('--json', 'print the explanation as JSON')
  return withReach(command).action(explain)
}

async function explain(argument: string, options: ExplainOptions): Promise<void> {
  const toolInput = await readToolInput(options.tool, argument)
  const input = { toolName: options.tool, toolInput, cwd: options.cwd ?? process.cwd() }
  const { source, explanation } = await ask(input, options)
  if (options.json === true) return await printJson({ source, ...explanation })
  const command = toolInput['command']
  await print(pageFor(explanation, typeof command === 'string' ? command : undefined))
}

async function ask(
  input: ValidationInput & { readonly toolInput: Record<string, unknown> },
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
