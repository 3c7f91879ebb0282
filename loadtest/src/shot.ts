import type { Command } from './mix.js'

/** One request that an agent is to send: its JSON body, and what to make of the answer. */
export interface Shot {
  /** What its latency is counted under: a command class, or a dashboard's operation. */
  readonly class: string
  readonly operation: string
  readonly body: string
  /** Decisions that would be wrong. */
  readonly never: readonly string[]
}

export const VALIDATE_COMMAND = `mutation ValidateCommand($input: ValidationInput!) {
  validateCommand(input: $input) { id decision tier confidence reason cacheHit processingMs }
}`

const PROJECT_ROOT = '/srv/project'

/** A command as the mutation that an agent submits before it runs it. */
export function validation(command: Command, sessionId: string): Shot {
  const { toolName, toolInput } = command
  const input = { toolName, toolInput, sessionId, cwd: PROJECT_ROOT, projectRoot: PROJECT_ROOT }
  return {
    class: command.class,
    operation: 'ValidateCommand',
    body: JSON.stringify({
      query: VALIDATE_COMMAND,
      operationName: 'ValidateCommand',
      variables: { input },
    }),
    never: command.never ?? [],
  }
}

/** A named query as a dashboard sends it. */
export function query(operation: string, text: string, variables: Readonly<Record<string, unknown>>): Shot {
  return {
    class: operation,
    operation,
    body: JSON.stringify({ query: text, operationName: operation, variables }),
    never: [],
  }
}
