import { type LogEvent, READ_EVENTS, WATCH_EVENTS } from '@lighthouse/client/documents'
import { watch } from '@lighthouse/client/watch'
import { EVENT_TYPES, type EventType } from '@lighthouse/contract/event-types'
import { Command, InvalidArgumentError } from 'commander'
import { wholeFlag } from '../flags.js'
import { note, print, printJson } from '../output.js'
import { type ReachOptions, reach, talkTo, withReach } from '../reach.js'

interface TailOptions extends ReachOptions {
  readonly since?: number
  readonly type: readonly EventType[]
  readonly json?: boolean
}

export function eventsCommand(): Command {
  const tail = new Command('tail')
    .description(
      'Prints events as they are appended; reconnects and resumes where it stopped. Ends with Ctrl-C.',
    )
    .option('--since <sequence>', 'first print what came after this sequence (0: everything)', wholeFlag)
    .option('--type <type>', 'only events of this type; may be repeated', addType, [])
    .option('--json', 'one JSON object a line')
  withReach(tail).action(follow)
  return new Command('events').description('Reads the event log.').addCommand(tail)
}

async function follow(options: TailOptions): Promise<void> {
  const location = await reach(options)
  const since = options.since ?? (await lastSequence(location))
  const filter = options.type.length === 0 ? undefined : { types: options.type }
  const stop = new AbortController()
  const end = () => stop.abort()
  process.once('SIGINT', end).once('SIGTERM', end)
  const events = watch(
    WATCH_EVENTS,
    { since, filter },
    {
      wsUrl: location.wsUrl,
      key: location.key,
      signal: stop.signal,
      cursor: {
        of: ({ eventStream }) => eventStream.sequence,
        resume: (variables, after) => ({ ...variables, since: after }),
      },
      onState: (state) => {
        if (state === 'lost') note('lighthouse: the connection was lost; trying again …')
      },
    },
  )
  try {
    for await (const { eventStream } of events)
      await (options.json === true ? printJson(eventStream) : print(`${lineFor(eventStream)}\n`))
  } finally {
    process.off('SIGINT', end).off('SIGTERM', end)
  }
}

/** A cursor from the start, so that nothing is lost when the connection breaks before the first event. */
async function lastSequence(location: Awaited<ReturnType<typeof reach>>): Promise<number> {
  await using transport = talkTo(location, 10_000)
  const { events } = await transport.run(READ_EVENTS, { last: 1 })
  return events.lastSequence
}

function lineFor(event: LogEvent): string {
  const who = event.agent?.id ?? '-'
  const data = JSON.stringify(event.data)
  const shown = data.length > 160 ? `${data.slice(0, 157)}...` : data
  return `${event.sequence}  ${event.timestamp}  ${event.type}  ${who}  ${event.aggregateId}  ${shown}`
}

function addType(text: string, before: readonly EventType[]): readonly EventType[] {
  const type = EVENT_TYPES.find((known) => known === text.toUpperCase())
  if (type === undefined) throw new InvalidArgumentError(`Types are ${EVENT_TYPES.join(', ')}.`)
  return [...before, type]
}
