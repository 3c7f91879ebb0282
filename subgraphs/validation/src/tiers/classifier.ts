import { readFileSync } from 'node:fs'
import type { Effects, Finding } from '../shell/findings.js'

/** A logistic model over what a call would do and the words in it. Its weights are all at or above zero. */
export interface PatternModel {
  /** First 12 hex digits of SHA-256 over the rest. */
  readonly version: string
  readonly bias: number
  /** A feature's weight, by its name; features that are not here weigh nothing. */
  readonly weights: Readonly<Record<string, number>>
  /** Platt scaling (Platt 1999): what makes of a sum a share of attacks. */
  readonly calibration: { readonly slope: number; readonly offset: number }
}

/** Buckets that words are hashed into: the model's size does not grow with what it was trained on. */
const WORD_BUCKETS = 1_024
/** Most words of a call that are looked at. */
const MAX_WORDS = 200

/** The features of a call: `pack/action`, the same with where it lies and how, and the words of what it is about. */
export function featuresOf(effects: Effects): Set<string> {
  const features = new Set<string>()
  let words = 0
  for (const [pack, actions] of Object.entries(effects)) {
    for (const [action, findings] of Object.entries(actions)) {
      const name = `${pack}/${action}`
      features.add(name)
      for (const finding of findings) {
        addFacts(name, finding, features)
        for (const [word] of finding.subject.toLowerCase().matchAll(/[a-z][a-z\d_]{2,23}/g)) {
          if (++words > MAX_WORDS) return features
          features.add(`w${hash(word) % WORD_BUCKETS}`)
        }
      }
    }
  }
  return features
}

function addFacts(name: string, finding: Finding, features: Set<string>): void {
  const { zone } = finding
  if (typeof zone === 'string') features.add(`${name}@${zone}`)
  for (const fact of FACTS) if (finding[fact] === true) features.add(`${name}+${fact}`)
}
const FACTS = [
  'dynamic',
  'hidden',
  'recursive',
  'carries',
  'saves',
  'sensitive',
  'world',
  'setuid',
  'glob',
] as const

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193)
  return value >>> 0
}

/** The sum of a call's weights. No feature can lower it: harmless company makes nothing look better. */
export function evidenceOf(features: ReadonlySet<string>, { bias, weights }: PatternModel): number {
  let sum = bias
  for (const feature of features) sum += Object.hasOwn(weights, feature) ? (weights[feature] ?? 0) : 0
  return sum
}

/** How likely a call with these effects is an attack, as a share: of calls at 0.8, eight in ten are. */
export function attackLikelihood(effects: Effects, model: PatternModel = shipped()): number {
  const { slope, offset } = model.calibration
  return 1 / (1 + Math.exp(-(slope * evidenceOf(featuresOf(effects), model) + offset)))
}

let read: PatternModel | undefined
/** The model that comes with the product: `npm run train -w subgraphs/validation` writes it. */
export function shipped(): PatternModel {
  read ??= JSON.parse(
    readFileSync(new URL('../../pattern-model.json', import.meta.url), 'utf8'),
  ) as PatternModel
  return read
}
