import type { FieldResolvers } from '@lighthouse/chassis/define'
import { coded } from '@lighthouse/chassis/errors'
import { permit } from '@lighthouse/chassis/permit'
import type { Scope } from '@lighthouse/chassis/scope'
import type { SubgraphTransport } from '@lighthouse/contract/subgraph-request'
import type { Pack } from '../engine/pack.js'
import type { Understand } from './call.js'
import { readCases, testCases } from './cases.js'
import type { CanaryInput, PublishInput, RollbackInput } from './change.js'
import { demandDraft, publish, rollback, startCanary, stopCanary } from './change.js'
import type { DraftInput } from './draft.js'
import { draft } from './draft.js'
import { dryRun } from './dry-run.js'
import type { GovernedEngine } from './govern.js'
import { comparisonOf, noticeOf } from './in-force.js'
import { changesBetween } from './merge-patch.js'
import { readRecent } from './recent.js'

export interface PublishParts {
  readonly engine: GovernedEngine
  readonly events: SubgraphTransport | undefined
  /** Reads what a call would do; without it no draft can be tried. */
  readonly understand: Understand | undefined
  /** Cases that a policy must get right: a folder of `*.jsonl`. */
  readonly casesDir: string | undefined
}

/** P-056 */
const MAX_REQUESTS = 10_000
const MAX_LISTED = 100

type Fields = FieldResolvers<Scope>

export function publishResolvers(parts: PublishParts): { readonly Query: Fields; readonly Mutation: Fields } {
  const { engine } = parts
  const one = oneAtATime()
  const change =
    <Args>(act: (args: Args, scope: Scope) => Promise<void>) =>
    async (_source: unknown, args: Record<string, unknown>, scope: Scope) => {
      permit(scope, 'ADMIN', 'change the policy in force')
      await act(args as Args, scope)
      return describePolicy(engine)
    }
  return {
    Query: {
      policy: () => describePolicy(engine),
      policyVersion: async (_source, { version }, scope) => {
        permit(scope, 'SYSTEM_AGENT', 'read drafts')
        const pack = await engine.load(String(version))
        return pack === undefined ? null : describeVersion(parts, pack)
      },
      testPolicy: async (_source, { version }, scope) => {
        permit(scope, 'SYSTEM_AGENT', 'try a policy')
        const pack = await demandDraft(engine, String(version))
        const report = await one(() => test(parts, pack))
        if (report === undefined) throw untried()
        return { version: pack.version, ...report }
      },
      dryRunPolicy: async (_source, { version, last }, scope) => {
        permit(scope, 'SYSTEM_AGENT', 'try a policy')
        const pack = await demandDraft(engine, String(version))
        return await one(() => tryOut(parts, scope, pack, typeof last === 'number' ? last : MAX_REQUESTS))
      },
    },
    Mutation: {
      draftPolicy: async (_source, { input }, scope) => {
        permit(scope, 'SYSTEM_AGENT', 'draft a policy')
        return await describeVersion(parts, await draft(input as DraftInput, scope, engine))
      },
      publishPolicy: change<{ input: PublishInput }>(({ input }, scope) =>
        publish(input, scope, engine, (pack) => test(parts, pack)),
      ),
      startPolicyCanary: change<{ input: CanaryInput }>(({ input }, scope) =>
        startCanary(input, scope, engine),
      ),
      stopPolicyCanary: change<{ note?: string }>(({ note }, scope) => stopCanary(note, scope, engine)),
      rollbackPolicy: change<{ input?: RollbackInput | null }>(({ input }, scope) =>
        rollback(input ?? {}, scope, engine),
      ),
    },
  }
}

function describePolicy(engine: GovernedEngine) {
  const { state, shadow } = engine
  return {
    version: engine.version,
    engine: engine.name,
    loadedAt: engine.loadedAt,
    ruleCount: engine.rules().length,
    fromFiles: state.version === undefined,
    filesVersion: engine.files.version,
    history: ({ last }: { last: number }) =>
      state.history.slice(-Math.max(1, Math.min(MAX_LISTED, last))).reverse(),
    canary: state.canary !== undefined && shadow !== undefined ? { ...state.canary, shadow } : null,
    failure: engine.failure ?? null,
  }
}

async function describeVersion({ engine }: PublishParts, pack: Pack) {
  const { pack: inForce, ledger } = engine
  const bundle = await ledger?.bundle(pack.version)
  const data: unknown = JSON.parse(pack.dataText)
  return {
    version: pack.version,
    ruleCount: pack.rules.size,
    note: bundle?.note ?? '',
    author: bundle?.author ?? null,
    draftedAt: bundle?.at ?? null,
    rulesRebuilt: !Buffer.from(pack.wasm).equals(Buffer.from(inForce.wasm)),
    changes: changesBetween(JSON.parse(inForce.dataText), data),
    data,
  }
}

/** Undefined where this process cannot read commands, or has no cases. */
async function test({ engine, understand, casesDir }: PublishParts, draft: Pack) {
  if (understand === undefined || casesDir === undefined) return undefined
  return await testCases(await readCases(casesDir), understand, comparisonOf(draft, engine))
}

async function tryOut(parts: PublishParts, scope: Scope, draft: Pack, last: number) {
  const { engine, events, understand, casesDir } = parts
  if (understand === undefined || casesDir === undefined) throw untried()
  const startedAt = performance.now()
  const between = comparisonOf(draft, engine)
  const wanted = Math.max(0, Math.min(MAX_REQUESTS, last))
  const recent = events === undefined || wanted === 0 ? undefined : await readRecent(events, scope, wanted)
  return {
    version: draft.version,
    against: engine.consider === undefined ? engine.pack.version : engine.name,
    notice: noticeOf(engine),
    cases: await dryRun(await readCases(casesDir), understand, between),
    requests: await dryRun(recent?.calls ?? [], understand, between),
    skipped: recent?.skipped ?? 0,
    tookMs: performance.now() - startedAt,
  }
}

function untried(): Error {
  return coded(
    'SUBGRAPH_UNAVAILABLE',
    'This policy subgraph runs without what reads commands; ask "lighthouse up".',
  )
}

/** Trying a policy out takes seconds of this process; a second one waits for nobody, it is refused. */
function oneAtATime() {
  let busy = false
  return async <T>(work: () => Promise<T>): Promise<T> => {
    if (busy) throw coded('OVERLOADED', 'A policy is being tried out; try again in a few seconds.')
    busy = true
    try {
      return await work()
    } finally {
      busy = false
    }
  }
}
