import { AGENT_ROLES } from '@lighthouse/contract/principal'
import type { Transport } from '@lighthouse/client/transport'
import { Command, InvalidArgumentError, Option } from 'commander'
import { CommandError } from '../command-error.js'
import { countFlag } from '../flags.js'
import { print, printJson } from '../output.js'
import {
  CANARY,
  DRY_RUN,
  type PolicyStatus,
  PUBLISH,
  ROLLBACK,
  STATUS,
  STOP_CANARY,
  TEST,
} from '../policy/documents.js'
import { type DraftFlags, draftOf } from '../policy/draft.js'
import { diffLines, dryRunLines, statusLines, testLines } from '../policy/lines.js'
import { type ReachOptions, reach, talkTo, withReach } from '../reach.js'

interface Flags extends ReachOptions, DraftFlags {
  readonly json?: boolean
  readonly last: number
  readonly force?: boolean
  readonly percent: number
  readonly agent: readonly string[]
  readonly role: readonly string[]
  readonly stop?: boolean
  readonly to?: string
}

/** Exit code for a policy that breaks cases: neither an error nor well. */
const BROKEN = 2
/** Trying 10,000 calls takes seconds. */
const WITHIN_MS = 60_000
const MAX_LAST = 10_000

export function policyCommand(): Command {
  return new Command('policy')
    .description(
      "Changes the policy: draft, test, dry-run, canary, publish, rollback. Takes the administrator's key.",
    )
    .addCommand(sub('status', 'Says which policy is in force, since when, and by whom.').action(status))
    .addCommand(
      drafting('diff', 'Drafts a policy and shows what differs from the one in force.').action(diff),
    )
    .addCommand(
      drafting(
        'test',
        'Judges every case by a draft. Exit code 2 when it breaks one that passes today.',
      ).action(test),
    )
    .addCommand(
      drafting(
        'dry-run',
        'Shows which decisions a draft would change, among the cases and the newest real calls.',
      )
        .option('--last <n>', `real calls, at most ${MAX_LAST}`, countFlag(0, MAX_LAST), MAX_LAST)
        .action(dryRun),
    )
    .addCommand(
      drafting(
        'publish',
        'Puts a draft in force on every node. Refused when it breaks a case, unless --force.',
      )
        .option('--force', 'although it breaks cases')
        .action(publish),
    )
    .addCommand(canaryCommand())
    .addCommand(
      sub('rollback', 'Goes back to the policy that was in force before, on every node.')
        .option('--to <version>', 'to this one, which once was in force; "files" for that of the files')
        .option('--note <text>', 'why')
        .action(rollback),
    )
}

function canaryCommand(): Command {
  return drafting(
    'canary',
    'Lets a draft judge some agents, and compares it with the policy in force on every call.',
    '[draft]',
  )
    .option('--percent <n>', 'of agents, always the same ones', percentFlag, 0)
    .option('--agent <name...>', 'these agents; * stands for any text', [])
    .addOption(new Option('--role <role...>', 'agents of these roles').choices(AGENT_ROLES).default([]))
    .option('--stop', 'end the canary that runs')
    .action(canary)
}

function sub(name: string, description: string): Command {
  return withReach(new Command(name).description(description)).option('--json', 'print it as JSON')
}

function drafting(name: string, description: string, argument = '<draft>'): Command {
  return sub(name, description)
    .argument(
      argument,
      'a file of changes to the data (JSON Merge Patch), or the version of an earlier draft',
    )
    .option('--full', 'the file is the whole data.json, not changes to it')
    .option('--wasm <file>', 'rules built by "opa build -t wasm -e guard/answer"')
    .option('--note <text>', 'why')
}

async function connected<T>(
  flags: Flags,
  act: (to: { location: Awaited<ReturnType<typeof reach>>; transport: Transport }) => Promise<T>,
): Promise<T> {
  const location = await reach(flags, 'admin')
  await using transport = talkTo(location, WITHIN_MS)
  return await act({ location, transport })
}

async function tell(flags: Flags, value: object, lines: string): Promise<void> {
  await (flags.json === true ? printJson(value) : print(lines))
}

async function status(flags: Flags): Promise<void> {
  const { policy } = await connected(flags, ({ transport }) => transport.run(STATUS, {}))
  await tell(flags, policy, statusLines(policy))
}

async function diff(named: string, flags: Flags): Promise<void> {
  const draft = await connected(flags, (to) => draftOf(named, flags, to))
  await tell(flags, draft, diffLines(draft))
}

async function test(named: string, flags: Flags): Promise<void> {
  const { testPolicy } = await connected(flags, async (to) => {
    const { version } = await draftOf(named, flags, to)
    return await to.transport.run(TEST, { version })
  })
  await tell(flags, testPolicy, testLines(testPolicy))
  if (testPolicy.broken > 0) process.exitCode = BROKEN
}

async function dryRun(named: string, flags: Flags): Promise<void> {
  const { dryRunPolicy } = await connected(flags, async (to) => {
    const { version } = await draftOf(named, flags, to)
    return await to.transport.run(DRY_RUN, { version, last: flags.last })
  })
  await tell(flags, dryRunPolicy, dryRunLines(dryRunPolicy))
}

async function publish(named: string, flags: Flags): Promise<void> {
  const { note, force = false } = flags
  await changed(flags, async (to) => {
    const { version } = await draftOf(named, flags, to)
    const input = { version, allowFailingCases: force, ...(note !== undefined && { note }) }
    return await to.transport.run(PUBLISH, { input })
  })
}

async function canary(named: string | undefined, flags: Flags): Promise<void> {
  const { note, percent, agent, role, stop } = flags
  const why = note === undefined ? {} : { note }
  await changed(flags, async (to) => {
    if (stop === true) return await to.transport.run(STOP_CANARY, why)
    if (named === undefined)
      throw new CommandError('BAD_USAGE', 'Name the draft, or end the canary with --stop.')
    const { version } = await draftOf(named, flags, to)
    return await to.transport.run(CANARY, {
      input: { version, percentage: percent, agents: agent, roles: role, ...why },
    })
  })
}

async function rollback(flags: Flags): Promise<void> {
  const { to, note } = flags
  const input = { ...(to !== undefined && { to }), ...(note !== undefined && { note }) }
  await changed(flags, ({ transport }) => transport.run(ROLLBACK, { input }))
}

async function changed(
  flags: Flags,
  act: (to: {
    location: Awaited<ReturnType<typeof reach>>
    transport: Transport
  }) => Promise<{ policy: PolicyStatus }>,
): Promise<void> {
  const { policy } = await connected(flags, act)
  await tell(flags, policy, statusLines(policy))
}

function percentFlag(text: string): number {
  const percent = Number(text)
  if (text.trim() !== '' && percent >= 0 && percent <= 100) return percent
  throw new InvalidArgumentError('A percentage is a number from 0 to 100.')
}
