import { coded } from '@lighthouse/chassis/errors'
import type { Scope } from '@lighthouse/chassis/scope'
import type { AgentRole } from '@lighthouse/contract/principal'
import type { Pack } from '../engine/pack.js'
import type { TestReport } from './cases.js'
import { ledgerOf, noteOf } from './draft.js'
import type { GovernedEngine } from './govern.js'
import { changesBetween } from './merge-patch.js'
import type { PolicyState } from './state.js'

export interface PublishInput {
  readonly version: string
  readonly note?: string | null
  readonly allowFailingCases?: boolean | null
}

export interface CanaryInput {
  readonly version: string
  readonly percentage?: number | null
  readonly agents?: readonly string[] | null
  readonly roles?: readonly AgentRole[] | null
  readonly note?: string | null
}

export interface RollbackInput {
  readonly to?: string | null
  readonly note?: string | null
}

/** A drafted version, compiled. Throws NOT_FOUND when there is none, BAD_USER_INPUT when it is not usable. */
export async function demandDraft(engine: GovernedEngine, version: string): Promise<Pack> {
  const pack = await engine.load(version).catch((error: unknown) => {
    throw coded(
      'BAD_USER_INPUT',
      `Policy ${version} is not usable: ${error instanceof Error ? error.message : String(error)}`,
    )
  })
  if (pack !== undefined) return pack
  throw coded('NOT_FOUND', `There is no policy ${version.slice(0, 80)}; draft it first.`)
}

/** Puts a draft in force for everybody, once it breaks no case that the policy in force gets right. */
export async function publish(
  { version, note, allowFailingCases }: PublishInput,
  scope: Scope,
  engine: GovernedEngine,
  test: (pack: Pack) => Promise<TestReport | undefined>,
): Promise<void> {
  const { state, pack: inForce } = engine
  const pack = await demandDraft(engine, version)
  if (version === inForce.version && state.version === version)
    throw coded('BAD_USER_INPUT', `Policy ${version} is in force already.`)
  const broken = (await test(pack))?.broken ?? 0
  if (broken > 0 && allowFailingCases !== true)
    throw coded(
      'BAD_USER_INPUT',
      `Policy ${version} breaks ${broken} cases that the policy in force gets right; see testPolicy, or set allowFailingCases.`,
    )
  const changes = changesBetween(JSON.parse(inForce.dataText), JSON.parse(pack.dataText))
  await write(scope, engine, 'POLICY_PUBLISHED', {
    version,
    from: inForce.version,
    note: noteOf(note),
    broken,
    changes: changes.slice(0, 50),
    rulesRebuilt: !Buffer.from(pack.wasm).equals(Buffer.from(inForce.wasm)),
  })
}

/** Lets a draft judge some callers. With none of them it judges nobody and is only compared. */
export async function startCanary(input: CanaryInput, scope: Scope, engine: GovernedEngine): Promise<void> {
  const { version, note, percentage = 0, agents = [], roles = [] } = input
  await demandDraft(engine, version)
  if (version === engine.version)
    throw coded('BAD_USER_INPUT', `Policy ${version} is in force for everybody already.`)
  const share = percentage ?? 0
  if (!(share >= 0 && share <= 100))
    throw coded('BAD_USER_INPUT', `percentage is between 0 and 100, not ${share}.`)
  const names = agents ?? []
  if (names.length > 100 || names.some((name) => name === '' || name.length > 200))
    throw coded(
      'BAD_USER_INPUT',
      'agents are at most 100 names of 1 to 200 characters; * stands for any text.',
    )
  const data = { version, percentage: share, agents: names, roles: roles ?? [], note: noteOf(note) }
  await write(scope, engine, 'POLICY_CANARY_STARTED', data)
}

export async function stopCanary(
  note: string | null | undefined,
  scope: Scope,
  engine: GovernedEngine,
): Promise<void> {
  const { canary } = engine.state
  if (canary === undefined) throw coded('NOT_FOUND', 'There is no canary.')
  await write(scope, engine, 'POLICY_CANARY_ENDED', { version: canary.version, note: noteOf(note) })
}

/** Goes back to what was in force before, or to a version that once was; the files' own policy counts as one. */
export async function rollback(
  { to, note }: RollbackInput,
  scope: Scope,
  engine: GovernedEngine,
): Promise<void> {
  const { state, pack } = engine
  const version = to === undefined || to === null ? before(state) : target(to, engine)
  if (version !== undefined) await demandDraft(engine, version)
  await write(scope, engine, 'POLICY_ROLLED_BACK', {
    version: version ?? null,
    from: pack.version,
    note: noteOf(note),
  })
}

/** What is beneath the present policy: a publication lays one on top, going back takes off what is above. Undefined: the files. */
function before({ history }: PolicyState): string | undefined {
  const stack: (string | undefined)[] = [undefined]
  for (const { kind, version } of history) {
    const at = kind === 'ROLLED_BACK' ? stack.lastIndexOf(version) : -1
    if (at < 0) stack.push(version)
    else stack.length = at + 1
  }
  if (stack.length > 1) return stack.at(-2)
  throw coded('NOT_FOUND', 'The policy of the files is in force; there is nothing to go back from.')
}

function target(to: string, { files, state }: GovernedEngine): string | undefined {
  if (to === files.version || to === 'files') return undefined
  if (state.history.some(({ version }) => version === to)) return to
  throw coded('NOT_FOUND', `Policy ${to.slice(0, 80)} was never in force; publish it.`)
}

async function write(
  scope: Scope,
  engine: GovernedEngine,
  type: 'POLICY_PUBLISHED' | 'POLICY_CANARY_STARTED' | 'POLICY_CANARY_ENDED' | 'POLICY_ROLLED_BACK',
  data: Readonly<Record<string, unknown>>,
): Promise<void> {
  const expectedVersion = engine.state.aggregateVersion
  await ledgerOf(engine).append(scope, { type, data, expectedVersion })
  await engine.changed()
}
