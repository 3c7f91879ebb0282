import { type Answer, difference } from '../compare.js'
import type { AnswerInParts } from '../federated.js'
import { type Case, generateCases, type Graph } from '../run-case.js'
import { Random } from '../random.js'
import type { Trial } from '../run-suite.js'
import { ask, faultPaths } from '../serve-model.js'
import { Store } from '../store.js'
import { expand } from './expand.js'
import { inParts, type Item } from './reference.js'
import { scatterDefers } from './scatter.js'

/** What a case was about, to say afterwards that something was deferred. */
interface Tally {
  /** Cases that came in more than one part. */
  deferred: number
  /** Additions that came later. */
  increments: number
  /** Deferred fragments, and those of them that came later. */
  fragments: number
  apart: number
}

/** What cases in parts are made and run by, and what they came to be. */
export function partsTrial(): { readonly trial: Trial; readonly tally: Tally } {
  const tally = { deferred: 0, increments: 0, fragments: 0, apart: 0 }
  return { trial: { generate: generatePartCases, run: (one) => runPartsCase(one, tally) }, tally }
}

/** Cases of one operation with `@defer` scattered over it. */
function generatePartCases(graph: Graph, seed: number, count: number): Case[] {
  const random = new Random(seed)
  const [first, ...rest] = generateCases(graph, seed, count)
  if (first === undefined) return []
  const scattered = scatterDefers(first.operation, random)
  const turned = (variables: Case['operation']['variables']) =>
    Object.fromEntries(
      Object.entries({ ...scattered.variables, ...variables }).map(([name, value]) => [
        name,
        /^d\d/.test(name) && random.chance(0.3) ? value !== true : value,
      ]),
    )
  return [
    { ...first, operation: scattered },
    ...rest.map((one) => ({
      ...one,
      operation: { ...scattered, variables: turned(one.operation.variables) },
    })),
  ]
}

/** Runs one case in parts over both; says what differs, or undefined. */
async function runPartsCase(
  { graph, operation, data, drawn }: Case,
  tally: Tally,
): Promise<string | undefined> {
  const { model, whole } = graph
  const { document, variables } = operation
  const store = () => new Store(model, data)
  let ours: AnswerInParts
  try {
    ours = await graph.federated.answerInParts(operation, store(), drawn)
  } catch (cause) {
    return `the gateway threw\n${cause instanceof Error ? cause.stack : String(cause)}`
  }
  const expanded = expand(whole, operation, ours.came)
  const [first, ...later] = await inParts(expanded, { model, whole, store: store(), variables })
  if (first === undefined) throw new Error('no answer')
  tally.deferred += ours.increments.length > 0 ? 1 : 0
  tally.increments += ours.increments.length
  tally.apart += ours.came.size
  tally.fragments += expand(whole, operation, new Set()).met
  const isCalm = ![first, ...later, ours.first, ...ours.increments].some(({ errors }) => errors !== undefined)
  const faults = isCalm ? NONE : await faultPaths(model, graph.lenient, store(), document, variables)
  const differs = difference(first, ours.first, faults)
  if (differs !== undefined) return `${differs}\n  in the first answer`
  const missing = matched(later, ours, faults)
  if (missing !== undefined) return missing
  const stripped = await ask(model, whole, store(), document, variables)
  if (stripped.errors !== undefined || ours.first.errors !== undefined) return undefined
  const merged = sorted(reassembled(ours))
  const wanted = sorted(stripped.data)
  return merged === wanted
    ? undefined
    : `reassembled, data differs\n  expected ${wanted}\n  actual   ${merged}`
}

const NONE: ReadonlySet<string> = new Set()

/** Every item that is expected came, once, and nothing else did. */
function matched(
  later: readonly Item[],
  ours: AnswerInParts,
  faults: ReadonlySet<string>,
): string | undefined {
  const left = [...ours.increments]
  for (const item of later) {
    const place = JSON.stringify([item.path, item.label ?? null])
    const same = left.filter(({ path, label }) => JSON.stringify([path, label ?? null]) === place)
    const whys = same.map((one) => difference(item, relative(one), below(faults, item.path)))
    const index = whys.indexOf(undefined)
    const found = same[index]
    if (found === undefined) return `${whys[0] ?? `nothing came`}\n  at ${place}`
    left.splice(left.indexOf(found), 1)
  }
  const [more] = left
  return more === undefined ? undefined : `something came that nobody waits for\n  ${JSON.stringify(more)}`
}

/** With paths of errors that begin at the item, as the reference has them. */
function relative({ data, errors = [], path }: AnswerInParts['increments'][number]): Answer {
  const inside = errors.map(({ message, path: full = [] }) => {
    const isInside = path.every((key, index) => full[index] === key)
    return { message, path: isInside ? full.slice(path.length) : ['outside of its item'] }
  })
  return { data, errors: inside }
}

function below(faults: ReadonlySet<string>, path: readonly (string | number)[]): ReadonlySet<string> {
  const inside = [...faults].flatMap((fault) => {
    const keys = JSON.parse(fault) as (string | number)[]
    return path.every((key, index) => keys[index] === key) ? [JSON.stringify(keys.slice(path.length))] : []
  })
  return new Set(inside)
}

type Fields = Record<string | number, unknown>

/** One answer of all parts, as clients make it. */
function reassembled({ first, increments }: AnswerInParts): unknown {
  const answer = structuredClone(first.data) as Fields
  for (const { path, data } of increments) {
    let at: unknown = answer
    for (const key of path) at = (at as Fields)[key]
    merge(at as Fields, data as Fields)
  }
  return answer
}

function merge(into: Fields, from: Fields): void {
  for (const [key, value] of Object.entries(from)) {
    const known = into[key]
    if (typeof known === 'object' && known !== null && typeof value === 'object' && value !== null)
      merge(known as Fields, value as Fields)
    else into[key] = value
  }
}

function sorted(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) =>
    typeof one === 'object' && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  )
}
