import { READ_EVENTS } from '@lighthouse/client/documents'
import type { Transport } from '@lighthouse/client/transport'
import { toLogEvent } from '@lighthouse/validation/opa-log/event'
import { labelsOf } from '@lighthouse/validation/opa-log/labels'
import { readDecision } from '@lighthouse/validation/recall'
import { Command, Option } from 'commander'
import { countFlag, wholeFlag } from '../flags.js'
import { printJson } from '../output.js'
import { type ReachOptions, reach, talkTo, withReach } from '../reach.js'

interface ExportOptions extends ReachOptions {
  readonly format: 'opa' | 'json'
  readonly last: number
  readonly since?: number
}

/** Most events of one page of the log. */
const PAGE = 1_000
const TIMEOUT_MS = 30_000

export function decisionsCommand(): Command {
  const exporting = new Command('export')
    .description('Prints decisions of the event log, oldest first, one JSON object a line.')
    .addOption(
      new Option('--format <format>', "opa: as OPA's decision logs have them, without the secrets in them")
        .choices(['opa', 'json'])
        .default('opa'),
    )
    .option('--last <count>', `how many of the newest, at most ${PAGE}`, countFlag(1, PAGE), PAGE)
    .option(
      '--since <sequence>',
      'instead all after this sequence of the event log (0: everything)',
      wholeFlag,
    )
    .addHelpText(
      'after',
      '\nLIGHTHOUSE_DECISION_LOG_URL sends decisions to a receiver of such logs as they are made (docs/guides/decision-log.md).',
    )
  withReach(exporting).action(exportDecisions)
  return new Command('decisions').description('Reads what was decided.').addCommand(exporting)
}

async function exportDecisions({ format, last, since, ...at }: ExportOptions): Promise<void> {
  const location = await reach(at)
  await using transport = talkTo(location, TIMEOUT_MS)
  const labels = labelsOf(new URL(location.url).host)
  for await (const { aggregateId, data } of since === undefined
    ? newest(transport, last)
    : all(transport, since)) {
    const decision = readDecision(data, aggregateId)
    if (decision !== undefined) await printJson(format === 'opa' ? toLogEvent(decision, labels) : decision)
  }
}

const filter = { types: ['VALIDATION_DECISION_MADE'] } as const

async function* newest(transport: Transport, last: number) {
  yield* (await transport.run(READ_EVENTS, { filter, last })).events.events
}

async function* all(transport: Transport, since: number) {
  for (let after = since; ; ) {
    const { events } = await transport.run(READ_EVENTS, { filter, first: PAGE, after })
    yield* events.events
    const end = events.events.at(-1)
    if (!events.hasMore || end === undefined) return
    after = end.sequence
  }
}
