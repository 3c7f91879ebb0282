import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openEngine } from '@lighthouse/policy/engine/engine'
import type { Engine } from '@lighthouse/policy/engine/engine'
import { decide } from '@lighthouse/validation/decide'
import type { House } from '@lighthouse/validation/decide'
import { openHouse } from '@lighthouse/validation/main'
import { understand } from '@lighthouse/validation/understand'
import { checkCommand } from 'cc-safety-net/api'
import { AGENT, callOf, COMMANDS, commandAt, freshAt, openPlace, POLICIES, SCOPE } from './house.js'
import type { Contestant, Cost } from './measure.js'
import { measure } from './measure.js'

const ON = { isOn: async () => true }

/**
 * What one decision costs in this process: a memory hit; a cold one that the rules decide (parse, effects, policy,
 * remember); parts of it; the same under 500 rules; and the peer, which is asked the same texts. Keeping the decision
 * as an event is the events subgraph's to measure, and left out here.
 */
export async function measureDecisions() {
  await using engine = await openEngine({ policiesDir: POLICIES, watchMs: 0 })
  using place = openPlace()
  await using crowded = await openEngine({ policiesDir: manyRules(place.path, 500), watchMs: 0 })
  const [warm, cold, under500] = [engine, engine, crowded].map((one) => openHouse({ engine: one, flags: ON }))
  if (warm === undefined || cold === undefined || under500 === undefined) throw new Error('no house')
  for (const command of COMMANDS) await ask(warm, command)
  return await measure({
    memoryHit: { block: 4_000, step: (i) => ask(warm, commandAt(i)) },
    cold: { block: 2_000, step: (i) => ask(cold, freshAt(i)) },
    understand: { block: 2_000, step: (i) => understand(callOf(freshAt(i))) },
    understandAndPolicy: { block: 2_000, step: (i) => evaluate(engine, freshAt(i)) },
    rules500: { block: 2_000, step: (i) => ask(under500, freshAt(i)) },
    peer: { block: 100, step: (i) => allowedByPeer(freshAt(i), place.path) },
  } satisfies Record<string, Contestant>)
}

export type DecisionCosts = Record<keyof Awaited<ReturnType<typeof measureDecisions>>, Cost>

function ask(house: House, command: string) {
  return decide({ call: callOf(command), principal: AGENT, requestId: undefined }, SCOPE, house)
}

function allowedByPeer(command: string, cwd: string): void {
  if (checkCommand({ command, cwd }).kind !== 'allow') throw new Error(`The peer refuses ${command}.`)
}

function evaluate(engine: Engine, command: string) {
  const { effects } = understand(callOf(command))
  return engine.evaluate({ tool: 'Bash', role: AGENT.role, agentId: AGENT.agentId, effects })
}

/** The shipped policy with rules added until there are `count`: actions of packs of their own, as a team adds them. */
function manyRules(policiesDir: string, count: number): string {
  cpSync(POLICIES, policiesDir, { recursive: true })
  const path = join(policiesDir, 'guard', 'data.json')
  const data = JSON.parse(readFileSync(path, 'utf8')) as { rules: Record<string, Record<string, unknown>> }
  const shipped = Object.values(data.rules).reduce((sum, pack) => sum + Object.keys(pack).length, 0)
  for (let i = shipped; i < count; i += 1) {
    const pack = (data.rules[`team-${i % 10}`] ??= {})
    const [decision, riskLevel] = ['BLOCK', 'HIGH']
    pack[`action-${i}`] = { decision, riskLevel, reason: `rule ${i}`, description: `Rule ${i} of the bench.` }
  }
  writeFileSync(path, JSON.stringify(data))
  return policiesDir
}
