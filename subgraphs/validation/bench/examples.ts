import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { featuresOf } from '../src/tiers/classifier.js'
import { understand } from '../src/understand.js'
import type { Example } from './logistic.js'

/** An example that is known by its family, so that whole families can be held out. */
export interface FamilyExample extends Example {
  readonly family: string
}

const CASES = fileURLToPath(new URL('../../../policies/cases', import.meta.url))
const SEED = 'lighthouse-pattern-1'

interface Case {
  readonly tool: string
  readonly input: Record<string, unknown>
  readonly cwd?: string
  readonly family: string
}

/** The labelled cases in three parts: what the weights are fitted on, what they are calibrated on, what is held out. */
export interface Split {
  readonly training: readonly FamilyExample[]
  readonly calibration: readonly FamilyExample[]
  readonly heldOut: readonly FamilyExample[]
}

/** The part that a case is in follows from its text and the seed alone: new cases move none of the old ones. */
export function splitCases(): Split {
  const parts = {
    training: [] as FamilyExample[],
    calibration: [] as FamilyExample[],
    heldOut: [] as FamilyExample[],
  }
  for (const file of readdirSync(CASES).sort()) {
    for (const line of readFileSync(join(CASES, file), 'utf8').split('\n')) {
      if (line === '') continue
      const { tool, input, cwd, family } = JSON.parse(line) as Case
      // What is only risky is neither: people differ about it, and would have it both ways.
      if (family.startsWith('risky/')) continue
      const { effects } = understand({ toolName: tool, toolInput: input, cwd, projectRoot: cwd })
      const example = { features: featuresOf(effects), attack: /^(bad|hidden)\//.test(family), family }
      const at =
        createHash('sha256')
          .update(`${SEED} ${JSON.stringify(input)}`)
          .digest()[0] ?? 0
      const part = at < 154 ? 'training' : at < 205 ? 'calibration' : 'heldOut'
      parts[part].push(example)
    }
  }
  return parts
}
