import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DECISIONS, RISK_LEVELS } from '@lighthouse/contract/decision'
import type { Decision, RiskLevel } from '@lighthouse/contract/decision'
import { loadPolicy } from '@open-policy-agent/opa-wasm'
import { wasmCaller } from './wasm-caller.js'

/** What a rule means, as data.json says it. */
export interface RuleText {
  readonly decision: Decision
  readonly riskLevel: RiskLevel
  readonly reason: string
  readonly description: string
}

export interface Rule extends RuleText {
  /** `pack/name`. */
  readonly id: string
  readonly pack: string
}

/** Lists and thresholds; the guard's Rego knows their shape. */
export type Settings = Readonly<Record<string, unknown>>

/** One policy that can be asked: compiled rules with their data. */
export interface Pack {
  /** First 16 hex digits of SHA-256 over wasm and data: part of every cache key. */
  readonly version: string
  readonly settings: Settings
  readonly rules: ReadonlyMap<string, Rule>
  readonly loadedAt: Date
  /** What it was made of. */
  readonly wasm: Uint8Array
  readonly dataText: string
  /** The raw result of the entry point for one input. Throws when the engine cannot evaluate. */
  run(input: unknown): unknown
}

/** Reads and compiles the policy in a directory: `guard.wasm` and `guard/data.json`. Throws, saying which, when one is not usable. */
export async function loadPack(policiesDir: string): Promise<Pack> {
  const [wasm, text] = await Promise.all([
    readFile(join(policiesDir, 'guard.wasm')),
    readFile(join(policiesDir, 'guard', 'data.json'), 'utf8'),
  ])
  return await buildPack(wasm, text)
}

/** Compiles a policy. Throws, saying why, when the data has not its shape or the wasm is none. */
export async function buildPack(wasm: Uint8Array, text: string): Promise<Pack> {
  const data = parseData(text)
  const policy = await loadPolicy(Buffer.from(wasm))
  policy.setData(data)
  return {
    version: createHash('sha256').update(wasm).update('\n').update(text).digest('hex').slice(0, 16),
    settings: data.settings,
    rules: rulesOf(data.rules),
    loadedAt: new Date(),
    wasm,
    dataText: text,
    run: wasmCaller(policy),
  }
}

interface PolicyData {
  readonly settings: Settings
  readonly rules: Readonly<Record<string, Readonly<Record<string, RuleText>>>>
}

function parseData(text: string): PolicyData {
  const data: unknown = JSON.parse(text)
  if (!isObject(data) || !isObject(data['settings']) || !isObject(data['rules'])) {
    throw new Error('data.json must have the objects "settings" and "rules".')
  }
  for (const [pack, rules] of Object.entries(data['rules'])) {
    if (!isObject(rules)) throw new Error(`data.json: rules.${pack} must be an object.`)
    for (const [name, rule] of Object.entries(rules)) checkRule(`${pack}/${name}`, rule)
  }
  return data as unknown as PolicyData
}

function checkRule(id: string, rule: unknown): void {
  const fits =
    isObject(rule) &&
    DECISIONS.some((decision) => decision === rule['decision']) &&
    RISK_LEVELS.some((level) => level === rule['riskLevel']) &&
    typeof rule['reason'] === 'string' &&
    typeof rule['description'] === 'string'
  if (!fits) throw new Error(`data.json: rule ${id} needs decision, riskLevel, reason and description.`)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function rulesOf(packs: PolicyData['rules']): ReadonlyMap<string, Rule> {
  const rules = new Map<string, Rule>()
  for (const [pack, named] of Object.entries(packs)) {
    for (const [name, rule] of Object.entries(named)) {
      const id = `${pack}/${name}`
      rules.set(id, { id, pack, ...rule })
    }
  }
  return rules
}
