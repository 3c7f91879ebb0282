import { readdirSync, readFileSync } from 'node:fs'

import { type Pattern, PATTERNS } from './arrival.js'
import { LoadError } from './load-error.js'
import { CLASSES, type Shares } from './mix.js'

/** What is sent, how fast and by how many. A file in scenarios/; flags override its fields. */
export interface Scenario {
  readonly name: string
  readonly description: string
  readonly mix: Shares
  readonly agents: number
  /** Arrivals a second at factor 1. */
  readonly rate: number
  readonly seconds: number
  readonly pattern: Pattern
  readonly peakFactor: number
  readonly burstProbability: number
}

const FOLDER = new URL('../scenarios/', import.meta.url)

/** The names of the scenarios that ship with the product. */
export function scenarioNames(): string[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length))
}

/** Reads a scenario by name. Throws USAGE with the names there are, or with the field that is wrong. */
export function readScenario(name: string): Scenario {
  const names = scenarioNames()
  if (!names.includes(name)) {
    throw new LoadError(
      'USAGE',
      `there is no scenario ${JSON.stringify(name)}; there are ${names.join(', ')}`,
    )
  }
  return checkScenario(JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8')) as Scenario)
}

/** Returns the scenario when every number is in its range; throws USAGE naming the first that is not. */
export function checkScenario(scenario: Scenario): Scenario {
  const { agents, rate, seconds, pattern, peakFactor, burstProbability, mix } = scenario
  demand(Number.isInteger(agents) && agents >= 1 && agents <= 50_000, `agents is ${agents}; 1 to 50000`)
  demand(rate > 0 && rate <= 100_000, `rate is ${rate}; above 0, at most 100000 a second`)
  demand(seconds > 0 && seconds <= 7 * 86_400, `seconds is ${seconds}; above 0, at most a week`)
  demand(PATTERNS.includes(pattern), `pattern is ${String(pattern)}; one of ${PATTERNS.join(', ')}`)
  demand(peakFactor >= 1 && peakFactor <= 1_000, `peak factor is ${peakFactor}; 1 to 1000`)
  demand(burstProbability >= 0 && burstProbability <= 1, `burst probability is ${burstProbability}; 0 to 1`)
  demand(
    CLASSES.every((name) => mix[name] >= 0) && CLASSES.some((name) => mix[name] > 0),
    `mix is ${JSON.stringify(mix)}; three weights of 0 or more, for ${CLASSES.join(', ')}`,
  )
  return scenario
}

function demand(holds: boolean, message: string): void {
  if (!holds) throw new LoadError('USAGE', message)
}
