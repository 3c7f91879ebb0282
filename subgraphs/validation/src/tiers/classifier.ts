import { readFileSync } from 'node:fs'
import type { Effects, Finding } from '../shell/findings.js'
import { isSecretPath } from '../shell/secret.js'

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
const WORD_BUCKETS = 4_096
/** Most words of a call that are looked at. */
const MAX_WORDS = 200

/**
 * The features of a call: `pack/*`, so that a rare action is told by its like, `pack/action`, the same with where it
 * lies and how, and the words of what it is about, by pack.
 */
export function featuresOf(effects: Effects): Set<string> {
  const features = new Set<string>()
  let words = 0
  for (const [pack, actions] of Object.entries(effects)) {
    for (const [action, findings] of Object.entries(actions)) {
      const name = `${pack}/${action}`
      features.add(name)
      features.add(`${pack}/*`)
      for (const finding of findings) {
        addFacts(name, finding, features)
        for (const [word] of finding.subject.toLowerCase().matchAll(/[a-z][a-z\d_]{2,23}/g)) {
          if (++words > MAX_WORDS) return features
          features.add(`w${hash(pack + word) % WORD_BUCKETS}`)
        }
      }
    }
  }
  return features
}

function addFacts(name: string, finding: Finding, features: Set<string>): void {
  const { zone, segments, depth } = finding
  if (typeof zone === 'string') {
    features.add(`${name}@${zone}`)
    if (isSecretPath(finding.subject)) features.add(`${name}+secret`)
    // Below the project, or the root of the disk.
    const from = typeof depth === 'number' ? depth : 0
    if (Array.isArray(segments) && segments.some((one: unknown, i) => i >= from && isDotted(one)))
      features.add(`${name}+dotted`)
  }
  for (const fact of FACTS) if (finding[fact] === true) features.add(`${name}+${fact}`)
}
function isDotted(segment: unknown): boolean {
  return typeof segment === 'string' && segment.length > 1 && segment.startsWith('.')
}

const FACTS = [
  'empties',
  'force',
  'filtered',
  'leaves',
  'thorough',
  'built',
  'usual',
  'destroys',
  'fromEnvironment',
  'unknown',
  'root',
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
