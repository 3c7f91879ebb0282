import { watchFile, unwatchFile } from 'node:fs'
import { join } from 'node:path'
import type { Principal } from '@lighthouse/contract/principal'
import { QUIET } from '@lighthouse/chassis/log'
import type { Log } from '@lighthouse/chassis/log'
import { evaluate } from './evaluate.js'
import type { PolicyInput, Verdict } from './evaluate.js'
import { loadPack } from './pack.js'
import type { Pack, Rule, Settings } from './pack.js'
import { selfCheck } from './self-check.js'

export interface EngineOptions {
  /** Holds guard.wasm and guard/data.json. */
  readonly policiesDir: string
  readonly log?: Log
  /** How often changed files are looked for; 0 never. Default 1,000 ms. */
  readonly watchMs?: number
}

/** The policy in force. One policy answers each evaluation, also while another is being loaded. */
export interface Engine extends AsyncDisposable {
  readonly version: string
  readonly loadedAt: Date
  readonly name: string
  readonly settings: Settings
  /** Why the newest files are not in force, when they are not. */
  readonly failure: string | undefined
  /** Every rule, strictest first. */
  rules(): readonly Rule[]
  rule(id: string): Rule | undefined
  /** How often a rule gave the reason since the engine was opened. */
  matchCount(id: string): number
  /** Decides, in-process and synchronously. Throws when it cannot: never an ALLOW. */
  evaluate(input: PolicyInput): Verdict
  /** What `evaluate` would answer; counts nothing. */
  examine(input: PolicyInput): Verdict
  /** What of a caller the policy looks at: two callers with the same scope get the same decisions. */
  scopeOf(principal: Principal): string
  /** Loads the files again; false when they are not usable and the last good policy stays. */
  reload(): Promise<boolean>
}

/** Opens the policy of a directory. Rejects when there is no usable one to begin with. */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const { policiesDir, log = QUIET, watchMs = 1_000 } = options
  let pack = await checked(policiesDir)
  let failure: string | undefined
  /** Bounded by the number of rules. */
  const matches = new Map<string, number>()

  const reload = async (): Promise<boolean> => {
    try {
      const next = await checked(policiesDir)
      failure = undefined
      if (next.version !== pack.version)
        log.info('policy loaded', { version: next.version, rules: next.rules.size })
      pack = next
      return true
    } catch (error) {
      failure = error instanceof Error ? error.message : String(error)
      log.error('policy not loaded; the last good one stays in force', {
        version: pack.version,
        reason: failure,
      })
      return false
    }
  }

  const files = [join(policiesDir, 'guard.wasm'), join(policiesDir, 'guard', 'data.json')]
  const changed = (): void => void reload()
  if (watchMs > 0)
    for (const file of files) watchFile(file, { interval: watchMs, persistent: false }, changed)

  return {
    name: 'opa-wasm',
    get version() {
      return pack.version
    },
    get loadedAt() {
      return pack.loadedAt
    },
    get settings() {
      return pack.settings
    },
    get failure() {
      return failure
    },
    rules: () => [...pack.rules.values()].sort(strictestFirst),
    rule: (id) => pack.rules.get(id),
    matchCount: (id) => matches.get(id) ?? 0,
    evaluate(input) {
      const verdict = evaluate(pack, input)
      for (const { id } of verdict.rules) matches.set(id, (matches.get(id) ?? 0) + 1)
      return verdict
    },
    examine: (input) => evaluate(pack, input),
    scopeOf: ({ role, agentId }) => (namesAgent(pack.settings, agentId) ? `${role}:${agentId}` : role),
    reload,
    async [Symbol.asyncDispose]() {
      if (watchMs > 0) for (const file of files) unwatchFile(file, changed)
    },
  }
}

async function checked(policiesDir: string): Promise<Pack> {
  const pack = await loadPack(policiesDir)
  selfCheck(pack)
  return pack
}

function namesAgent(settings: Settings, agentId: string): boolean {
  const agents = settings['agents']
  return typeof agents === 'object' && agents !== null && Object.hasOwn(agents, agentId)
}

const ORDER = { BLOCK: 0, ESCALATE: 1, ALLOW: 2 } as const

function strictestFirst(a: Rule, b: Rule): number {
  return ORDER[a.decision] - ORDER[b.decision] || a.id.localeCompare(b.id)
}
