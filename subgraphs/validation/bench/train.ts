import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { splitCases } from './examples.js'
import type { FamilyExample } from './examples.js'
import { calibrate, fit, reportOf } from './logistic.js'

const GROUPS = 5

/** What the method is worth on kinds of calls that it has never seen: every family is held out once, in one of five groups. */
function unseenFamilies(): { readonly examples: number; readonly accuracy: number } {
  const { training, calibration, heldOut } = splitCases()
  const all = [...training, ...calibration, ...heldOut]
  const groupOf = ({ family }: FamilyExample): number =>
    (createHash('sha256').update(family).digest()[0] ?? 0) % GROUPS
  let right = 0
  for (let group = 0; group < GROUPS; group++) {
    const isKnown = (one: FamilyExample): boolean => groupOf(one) !== group
    const seen = [...training, ...calibration].filter(isKnown)
    const fitted = calibrate(fit(seen), heldOut.filter(isKnown))
    const unseen = all.filter((one) => groupOf(one) === group)
    if (unseen.length > 0) right += reportOf(fitted, unseen).accuracy * unseen.length
  }
  return { examples: all.length, accuracy: Number((right / all.length).toFixed(4)) }
}

/** Fits the pattern tier's model to the cases, writes it, and prints what it is worth on those that were held out. */
const { training, calibration, heldOut } = splitCases()
const model = calibrate(fit(training), calibration)
const file = fileURLToPath(new URL('../pattern-model.json', import.meta.url))
writeFileSync(file, `${JSON.stringify(model, null, 2)}\n`)
const report = {
  version: model.version,
  weights: Object.keys(model.weights).length,
  training: reportOf(model, training),
  heldOut: reportOf(model, heldOut),
  unseenFamilies: unseenFamilies(),
}
process.stdout.write(`${JSON.stringify(report, null, 2)}\n`)
