import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { AGENT_ROLES } from '@lighthouse/contract/principal'
import type { Principal } from '@lighthouse/contract/principal'
import { openEngine } from '@lighthouse/policy/engine/engine'
import type { Engine, FileEngine } from '@lighthouse/policy/engine/engine'
import { judgeOver } from '@lighthouse/policy/engine/over-packs'
import { buildPack } from '@lighthouse/policy/engine/pack'
import type { Pack } from '@lighthouse/policy/engine/pack'
import { decide } from '../src/decide.js'
import type { House } from '../src/decide.js'
import { openHouse } from '../src/main.js'
import { openMemory } from '../src/tiers/memory.js'
import { PASS } from '../src/tiers/tier.js'
import type { ToolCall } from '../src/understand.js'
import { ON, POLICIES, scopeFor } from './house.js'

/** P-036 */
const CASES = 100_000
const TTL_MS = { ALLOW: 300_000, ESCALATE: 60_000, BLOCK: 600_000 }

const COMMANDS = [
  'ls',
  'rm -rf dist',
  'git push',
  'npm test',
  'cat .env',
  'echo hi > ../x',
  'psql -c "select 1"',
]
const FILES = ['a.ts', '/srv/other/.env', '../b.ts']
const DIRECTORIES = ['/home/dev/project', '/home/dev/project/', '/srv/other', undefined]
const AGENTS = ['b', '__proto__']

let engine: FileEngine
let packs: Pack[]
beforeAll(async () => {
  engine = await openEngine({ policiesDir: POLICIES, watchMs: 0 })
  packs = await openPacks()
})
afterAll(() => engine[Symbol.asyncDispose]())

type Data = { settings: Record<string, unknown> }

/** The shipped policy; one that denies an agent a pack; one that rules by project, tool, role and agent. */
async function openPacks(): Promise<Pack[]> {
  const wasm = readFileSync(join(POLICIES, 'guard.wasm'))
  const text = readFileSync(join(POLICIES, 'guard', 'data.json'), 'utf8')
  const changed = (settings: Record<string, unknown>): string => {
    const data = JSON.parse(text) as Data
    return JSON.stringify({ ...data, settings: { ...data.settings, ...settings } })
  }
  const scopes = [
    { when: { projects: ['/srv/**'], tools: ['Bash'] }, rules: ['git/*'], decision: 'BLOCK' },
    { when: { roles: ['EXPERT_AGENT'] }, rules: ['execute/*', 'shell/*'], decision: 'ESCALATE' },
    { when: { roles: ['AGENT'] }, rules: ['database/*', 'git/push'], decision: 'ALLOW' },
  ]
  const texts = [
    text,
    changed({ agents: { b: { denied: { git: true, filesystem: true } } } }),
    changed({ scopes }),
  ]
  return await Promise.all(texts.map((one) => buildPack(wasm, one)))
}

const directory = fc.constantFrom(...DIRECTORIES)
const tools = fc.oneof(
  fc.constantFrom(...COMMANDS).map((command) => ({ toolName: 'Bash', toolInput: { command } })),
  fc
    .tuple(fc.constantFrom('Write', 'Read'), fc.constantFrom(...FILES))
    .map(([toolName, file_path]) => ({ toolName, toolInput: { file_path, content: 'x' } })),
)
const cases = fc.record({
  tool: tools,
  cwd: directory,
  projectRoot: directory,
  role: fc.constantFrom(...AGENT_ROLES),
  agentId: fc.constantFrom(...AGENTS),
  policy: fc.constantFrom(0, 1, 2),
  /** Most come soon after each other; now and then everything is older than it may be. */
  afterMs: fc.oneof(
    { weight: 20_000, arbitrary: fc.constantFrom(0, 0, 1, 10) },
    { weight: 1, arbitrary: fc.constant(700_000) },
  ),
})

const scope = scopeFor()
const ask = (house: House, call: ToolCall, principal: Principal) =>
  decide({ call, principal, requestId: undefined }, scope, house)

describe('what is remembered', () => {
  it(`[P-036] answers ${CASES} calls as a house without a memory, whoever asks, where, under which policy and when`, {
    timeout: 120_000,
  }, async ({ expect }) => {
    let pack = packs[0] as Pack
    const find = (version: string) => packs.find((one) => one.version === version)
    const judging = judgeOver({ current: () => pack, packFor: () => pack, find })
    const judged = Object.create(engine, Object.getOwnPropertyDescriptors(judging)) as Engine
    let now = 0
    const keptAt = new Map<string, number>()
    let ageMs = -1
    const whole = openHouse({ engine: judged, flags: ON })
    const memory = openMemory({ now: () => now })
    const noting = {
      ...memory,
      ask({ fingerprint }: { fingerprint: string }) {
        const found = memory.peek(fingerprint) ?? PASS
        ageMs = now - (keptAt.get(fingerprint) ?? Number.NaN)
        return found
      },
      keep(fingerprint: string, ...rest: [never, number]) {
        keptAt.set(fingerprint, now)
        memory.keep(fingerprint, ...rest)
      },
    }
    const house: House = { ...whole, memory: noting, shelves: { ...whole.shelves, memory: noting } }
    const forgetful = { ...memory, ask: () => PASS, keep: () => {} } as typeof memory
    const without: House = { ...whole, memory: forgetful, shelves: { ...whole.shelves, memory: forgetful } }
    /** By everything that a case is made of, not by what the house takes for the same. */
    const truths = new Map<string, string>()
    let remembered = 0
    for (const { afterMs, policy, ...one } of fc.sample(cases, { numRuns: CASES, seed: 20 })) {
      now += afterMs
      pack = packs[policy] as Pack
      const call = { ...one.tool, cwd: one.cwd, projectRoot: one.projectRoot }
      const principal: Principal = { agentId: one.agentId, role: one.role, keyId: 'k' }
      const key = JSON.stringify([policy, one])
      const told = await ask(house, call, principal)
      const known = truths.get(key)
      const truth = known ?? textOf(await ask(without, call, principal))
      if (known === undefined) truths.set(key, truth)
      if (textOf(told) !== truth) throw new Error(`${key} was told ${textOf(told)}, but is ${truth}`)
      if (told.tier !== 'MEMORY') continue
      remembered += 1
      if (!(ageMs < TTL_MS[told.decision])) throw new Error(`${key} was ${ageMs} ms old`)
    }
    // A memory that never answers would be right as well.
    expect(remembered).toBeGreaterThan(CASES / 2)
    expect(new Set(truths.values()).size).toBeGreaterThan(20)
  })
})

function textOf({
  decision,
  ruleId,
  riskLevel,
  reason,
  policyVersion,
}: Awaited<ReturnType<typeof ask>>): string {
  return JSON.stringify([decision, ruleId, riskLevel, reason, policyVersion])
}
