import { createHash } from 'node:crypto'
import { evidenceOf } from '../src/tiers/classifier.js'
import type { PatternModel } from '../src/tiers/classifier.js'

export interface Example {
  readonly features: ReadonlySet<string>
  readonly attack: boolean
}

/** What a model is worth on examples that it was not trained on. */
export interface Report {
  readonly examples: number
  readonly attacks: number
  /** Chance that an attack is ranked above something else. */
  readonly auc: number
  /** Expected calibration error over ten bins of equal width. */
  readonly ece: number
  /** Share that is on the right side of one half. */
  readonly accuracy: number
}

const ROUNDS = 1_000
const RATE = 0.5
const L2 = 0.0001
/** A feature that fewer calls than this have is left out: it would be learnt by heart. */
const MIN_SEEN = 2

/**
 * Logistic regression by full-batch gradient descent, projected on weights at or above zero after every step: what is
 * added to a call can only raise its sum. No chance in it: the same examples give the same model.
 */
export function fit(examples: readonly Example[]): Pick<PatternModel, 'bias' | 'weights'> {
  const seen = new Map<string, number>()
  for (const { features } of examples) for (const one of features) seen.set(one, (seen.get(one) ?? 0) + 1)
  const names = [...seen]
    .filter(([, count]) => count >= MIN_SEEN)
    .map(([name]) => name)
    .sort()
  const index = new Map(names.map((name, i) => [name, i]))
  const rows = examples.map(({ features }) =>
    [...features].flatMap((name) => index.get(name) ?? []).sort((a, b) => a - b),
  )
  const weights = new Float64Array(names.length)
  const squares = new Float64Array(names.length).fill(1e-8)
  let bias = -1
  for (let round = 0; round < ROUNDS; round++) {
    const gradient = new Float64Array(names.length)
    let biasGradient = 0
    for (const [i, row] of rows.entries()) {
      let sum = bias
      for (const at of row) sum += weights[at] ?? 0
      const error = 1 / (1 + Math.exp(-sum)) - (examples[i]?.attack === true ? 1 : 0)
      biasGradient += error
      for (const at of row) gradient[at] = (gradient[at] ?? 0) + error
    }
    bias -= (RATE * biasGradient) / rows.length
    for (let at = 0; at < weights.length; at++) {
      const slope = (gradient[at] ?? 0) / rows.length + L2 * (weights[at] ?? 0)
      // AdaGrad: rare features move as far as common ones.
      squares[at] = (squares[at] ?? 0) + slope * slope
      weights[at] = Math.max(0, (weights[at] ?? 0) - (RATE * slope) / Math.sqrt(squares[at] ?? 1))
    }
  }
  const kept = names.flatMap((name, at) => {
    const weight = Number((weights[at] ?? 0).toFixed(3))
    return weight > 0 ? [[name, weight] as const] : []
  })
  return { bias: Number(bias.toFixed(3)), weights: Object.fromEntries(kept) }
}

/** Fits slope and offset of the sums on examples that the weights were not fitted on. The slope stays above zero. */
export function calibrate(
  model: Pick<PatternModel, 'bias' | 'weights'>,
  examples: readonly Example[],
): PatternModel {
  const raw = { ...model, version: '', calibration: { slope: 1, offset: 0 } }
  const sums = examples.map(({ features }) => evidenceOf(features, raw))
  let slope = 1
  let offset = 0
  for (let round = 0; round < 4_000; round++) {
    let toSlope = 0
    let toOffset = 0
    for (const [i, sum] of sums.entries()) {
      const error = 1 / (1 + Math.exp(-(slope * sum + offset))) - (examples[i]?.attack === true ? 1 : 0)
      toSlope += error * sum
      toOffset += error
    }
    slope = Math.max(0.01, slope - (0.1 * toSlope) / sums.length)
    offset -= (0.1 * toOffset) / sums.length
  }
  const calibration = { slope: Number(slope.toFixed(3)), offset: Number(offset.toFixed(3)) }
  const body = { bias: model.bias, weights: model.weights, calibration }
  const version = createHash('sha256').update(JSON.stringify(body)).digest('hex').slice(0, 12)
  return { version, ...body }
}

export function reportOf(model: PatternModel, examples: readonly Example[]): Report {
  const { slope, offset } = model.calibration
  const judged = examples.map(({ features, attack }) => ({
    attack,
    likelihood: 1 / (1 + Math.exp(-(slope * evidenceOf(features, model) + offset))),
  }))
  const attacks = judged.filter(({ attack }) => attack).length
  const right = judged.filter(({ attack, likelihood }) => likelihood >= 0.5 === attack).length
  return {
    examples: judged.length,
    attacks,
    auc: rounded(areaUnder(judged)),
    ece: rounded(calibrationError(judged)),
    accuracy: rounded(right / judged.length),
  }
}

type Judged = readonly { readonly attack: boolean; readonly likelihood: number }[]

/** The area under the ROC curve, by the ranks of the attacks (Mann and Whitney); equals count half. */
function areaUnder(judged: Judged): number {
  const sorted = [...judged].sort((a, b) => a.likelihood - b.likelihood)
  const attacks = sorted.filter(({ attack }) => attack).length
  let ranks = 0
  for (let i = 0; i < sorted.length; ) {
    let end = i
    while (end < sorted.length && sorted[end]?.likelihood === sorted[i]?.likelihood) end++
    const rank = (i + 1 + end) / 2
    for (let at = i; at < end; at++) if (sorted[at]?.attack === true) ranks += rank
    i = end
  }
  return (ranks - (attacks * (attacks + 1)) / 2) / (attacks * (sorted.length - attacks))
}

function calibrationError(judged: Judged): number {
  let error = 0
  for (let bin = 0; bin < 10; bin++) {
    const inside = judged.filter(({ likelihood }) => Math.min(9, Math.floor(likelihood * 10)) === bin)
    if (inside.length === 0) continue
    const said = inside.reduce((sum, { likelihood }) => sum + likelihood, 0) / inside.length
    const were = inside.filter(({ attack }) => attack).length / inside.length
    error += (Math.abs(said - were) * inside.length) / judged.length
  }
  return error
}

function rounded(value: number): number {
  return Number(value.toFixed(4))
}
