import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { splitCases } from './examples.js'
import { calibrate, fit, reportOf } from './logistic.js'

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
}
process.stdout.write(`${JSON.stringify(report, null, 2)}\n`)
