import { WHO_AM_I } from '@lighthouse/client/documents'
import { failureOf } from '../command-error.js'
import { Command } from 'commander'
import { print, printJson } from '../output.js'
import { type ReachOptions, reach, talkTo, withReach } from '../reach.js'

interface StatusOptions extends ReachOptions {
  readonly json?: boolean
}

interface Status {
  readonly graphql: string
  readonly ready: boolean
  /** What /readyz said of all subgraphs, or why it could not be asked. */
  readonly detail: unknown
  readonly me: { readonly id: string; readonly role: string } | null
  readonly error: { readonly code: string; readonly message: string } | null
}

const WITHIN_MS = 5_000

export function statusCommand(): Command {
  const command = new Command('status')
    .description(
      'Says whether an instance runs, is ready and takes the key. Exit code 0 when all three hold, else 1.',
    )
    .option('--json', 'print it as JSON')
  return withReach(command).action(status)
}

async function status(options: StatusOptions): Promise<void> {
  const location = await reach(options)
  const readiness = await askReady(new URL('/readyz?subgraphs=all', location.url))
  await using transport = talkTo(location, WITHIN_MS)
  const who = await transport.run(WHO_AM_I, {}).then(
    ({ me }) => ({ me: { id: me.id, role: me.role }, error: null }),
    (error: unknown) => ({ me: null, error: failureOf(error) }),
  )
  const found: Status = { graphql: location.url, ...readiness, ...who }
  await (options.json === true ? printJson(found) : print(linesFor(found)))
  process.exitCode = found.ready && found.error === null ? 0 : 1
}

async function askReady(url: URL): Promise<{ ready: boolean; detail: unknown }> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(WITHIN_MS) })
    const body = await answer.text()
    return { ready: answer.ok, detail: asJson(body) }
  } catch (error) {
    const { cause, message } = error as { cause?: unknown; message: string }
    return { ready: false, detail: cause === undefined ? message : failureOf(cause).message }
  }
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return text.trim()
  }
}

function linesFor({ graphql, ready, detail, me, error }: Status): string {
  const lines = [
    `graphql  ${graphql}`,
    `ready    ${ready ? 'yes' : 'no'}  ${typeof detail === 'string' ? detail : JSON.stringify(detail)}`,
    me === null ? `key      ${error?.code}: ${error?.message}` : `key      ${me.id} (${me.role})`,
  ]
  return `${lines.join('\n')}\n`
}
