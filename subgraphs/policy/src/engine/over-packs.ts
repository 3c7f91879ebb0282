import type { Principal } from '@lighthouse/contract/principal'
import { evaluate } from './evaluate.js'
import type { PolicyInput, Verdict } from './evaluate.js'
import type { Pack, Rule, Settings } from './pack.js'

/** What of a caller may choose the policy that it is judged by. */
export type Caller = Pick<Principal, 'agentId' | 'role'>

/** Everything that asks packs and does not load them. */
export interface Judging {
  /** The policy in force. */
  readonly version: string
  readonly loadedAt: Date
  readonly name: string
  readonly settings: Settings
  /** The version that judges this caller: the one in force, unless a canary takes it. Part of every cache key. */
  versionFor(caller: Caller): string
  /** Every rule, strictest first. */
  rules(): readonly Rule[]
  rule(id: string): Rule | undefined
  /** How often a rule gave the reason since the engine was opened. */
  matchCount(id: string): number
  /**
   * Decides, in-process and synchronously, under `version` (what {@link versionFor} said when the request came; the
   * present answer when absent). Throws when it cannot, also when that version is held no longer: never an ALLOW.
   */
  evaluate(input: PolicyInput, version?: string): Verdict
  /**
   * Decides where another process judges in this one's place; absent where none does. Never rejects, and never answers
   * ALLOW because something failed.
   */
  readonly ask?: (input: PolicyInput, version?: string) => Promise<Verdict>
  /** What `ask` would answer; counts nothing. Absent where `ask` is. */
  readonly consider?: (input: PolicyInput, version?: string) => Promise<Verdict>
  /** What `evaluate` would answer; counts nothing. */
  examine(input: PolicyInput, version?: string): Verdict
  /** What of a caller the policy looks at: two callers with the same scope and version get the same decisions. */
  scopeOf(principal: Principal): string
}

/** Where an engine's packs come from; asked at every evaluation, so that one may be put in force at any moment. */
export interface Packs {
  current(): Pack
  packFor(caller: Caller): Pack
  find(version: string): Pack | undefined
  /** Told of each evaluation that counts, for a second opinion. */
  readonly judged?: (input: PolicyInput, verdict: Verdict, pack: Pack) => void
}

export function judgeOver(packs: Packs): Judging {
  /** Bounded by the number of rules that were ever loaded. */
  const matches = new Map<string, number>()
  const packOf = (input: PolicyInput, version: string | undefined): Pack => {
    const pack = version === undefined ? packs.packFor(input) : packs.find(version)
    if (pack === undefined) throw new Error(`Policy ${version} is held no longer; ask again.`)
    return pack
  }
  return {
    name: 'opa-wasm',
    get version() {
      return packs.current().version
    },
    get loadedAt() {
      return packs.current().loadedAt
    },
    get settings() {
      return packs.current().settings
    },
    versionFor: (caller) => packs.packFor(caller).version,
    rules: () => [...packs.current().rules.values()].sort(strictestFirst),
    rule: (id) => packs.current().rules.get(id),
    matchCount: (id) => matches.get(id) ?? 0,
    evaluate(input, version) {
      const pack = packOf(input, version)
      const verdict = evaluate(pack, input)
      for (const { id } of verdict.rules) matches.set(id, (matches.get(id) ?? 0) + 1)
      packs.judged?.(input, verdict, pack)
      return verdict
    },
    examine: (input, version) => evaluate(packOf(input, version), input),
    scopeOf(principal) {
      const { role, agentId } = principal
      return namesAgent(packs.packFor(principal).settings, agentId) ? `${role}:${agentId}` : role
    },
  }
}

function namesAgent(settings: Settings, agentId: string): boolean {
  const agents = settings['agents']
  return typeof agents === 'object' && agents !== null && Object.hasOwn(agents, agentId)
}

const ORDER = { BLOCK: 0, ESCALATE: 1, ALLOW: 2 } as const

function strictestFirst(a: Rule, b: Rule): number {
  return ORDER[a.decision] - ORDER[b.decision] || a.id.localeCompare(b.id)
}
