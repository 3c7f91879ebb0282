import { getOperationAST, Kind, parse, type SelectionSetNode } from 'graphql'
import { fieldsIn, fragmentsOf } from '../fragments.js'
import { responseKey } from '../response-key.js'
import type { EntityStep, Lookup, Request, RootStep, Segment, Step, Way } from './step.js'

/** What is known of a lookup's places before anything runs. */
export interface Sharing {
  /**
   * For each way the number of its group. Places that two ways of one group lead to are treated alike by everything that
   * runs later, so they stay equal.
   */
  readonly groups: readonly number[]
  /** The keys of what the lookup gives that hold objects or lists of them. */
  readonly gives: ReadonlySet<string>
}

/**
 * Finds out, before anything runs, where one entity may stand in several places without a copy: nothing that may run
 * after its fetch writes into one of its places and not into the others. Undefined where no two places may share.
 */
export function sharingOf(plan: Step): ReadonlyMap<Lookup, Sharing | undefined> {
  const found = new Map<Lookup, Sharing | undefined>()
  const known = new Map<Request, Composites>()
  visit(plan, [], (step, later) => {
    if (step.kind !== 'entities') return
    for (const lookup of step.lookups) {
      const writes = [step, ...later]
        .flatMap((one) => writesOf(one, known))
        .filter((one) => one.by !== lookup)
      const gives = compositesOf(step.request, known).of(lookup)
      const groups = groupsOf(lookup, gives, writes)
      found.set(lookup, groups && { groups, gives })
    }
  })
  return found
}

type Fetched = RootStep | EntityStep

/** Calls `take` with each fetch and all that may run after it has begun: what follows, and what runs beside it. */
function visit(
  step: Step,
  later: readonly Fetched[],
  take: (step: Fetched, later: readonly Fetched[]) => void,
): void {
  if (step.kind === 'root' || step.kind === 'entities') take(step, later)
  if (step.kind === 'sequence') {
    for (const [at, one] of step.steps.entries())
      visit(one, [...step.steps.slice(at + 1).flatMap(fetchesOf), ...later], take)
  }
  if (step.kind === 'parallel') {
    for (const one of step.steps)
      visit(one, [...step.steps.filter((other) => other !== one).flatMap(fetchesOf), ...later], take)
  }
}

function fetchesOf(step: Step): Fetched[] {
  if (step.kind === 'root' || step.kind === 'entities') return [step]
  return 'steps' in step ? step.steps.flatMap(fetchesOf) : []
}

/** One thing that is written: what a fetch gives for the places of one way. */
interface Write {
  readonly by: Lookup | RootStep
  readonly way: Way
  /** The keys of what it gives that hold objects or lists of them. */
  readonly composites: ReadonlySet<string>
}

function writesOf(step: Fetched, known: Map<Request, Composites>): Write[] {
  const composites = compositesOf(step.request, known)
  if (step.kind === 'root') return [{ by: step, way: step.way, composites: composites.of(undefined) }]
  return step.lookups.flatMap((by) => by.ways.map((way) => ({ by, way, composites: composites.of(by) })))
}

function groupsOf(
  lookup: Lookup,
  given: ReadonlySet<string>,
  writes: readonly Write[],
): number[] | undefined {
  const numbers = new Map<string, number>()
  const names = new Map<Write['by'], number>(writes.map(({ by }, index) => [by, index]))
  const groups: number[] = []
  for (const way of lookup.ways) {
    const after: string[] = []
    for (const write of writes) {
      const effect = effectOf(write, way, given)
      if (effect === 'diverges') return undefined
      if (effect !== undefined) after.push(`${names.get(write.by)} ${effect}`)
    }
    const signature = after.sort().join('\n')
    const number = numbers.get(signature) ?? numbers.size
    numbers.set(signature, number)
    groups.push(number)
  }
  return groups
}

/**
 * What a write does to the places of a way and to what the lookup gives there: undefined for nothing, the rest of the
 * write's way when it does the same to all of them, 'diverges' when it may do it to some only.
 */
function effectOf(write: Write, way: Way, given: ReadonlySet<string>): string | undefined {
  const keys = keysOf(way)
  const written = keysOf(write.way)
  if (!keys.slice(0, written.length).every((key, index) => key === written[index])) {
    return undefined
  }
  if (written.length < keys.length) {
    // It gives a part of the way again, so it merges into single places, by their position.
    return write.composites.has(keys[written.length] ?? '') ? 'diverges' : undefined
  }
  if (written.length === keys.length) {
    for (const key of write.composites) if (given.has(key)) return 'diverges'
  }
  return isSameStart(write.way, way) ? JSON.stringify(write.way.slice(way.length)) : 'diverges'
}

function keysOf(way: Way): string[] {
  return way.filter((segment) => typeof segment === 'string')
}

function isSameStart(longer: Way, way: Way): boolean {
  return way.every((segment, index) => textOf(longer[index]) === textOf(segment))
}

function textOf(segment: Segment | undefined): string {
  return JSON.stringify(segment) ?? ''
}

/** The composite keys of a request's root, or of one of its `_entities` fields. */
interface Composites {
  of(lookup: Lookup | undefined): ReadonlySet<string>
}

function compositesOf(request: Request, known: Map<Request, Composites>): Composites {
  const before = known.get(request)
  if (before !== undefined) return before
  const document = parse(request.query, { noLocation: true })
  const fragments = fragmentsOf(document)
  const root = getOperationAST(document)?.selectionSet
  const made: Composites = {
    of(lookup) {
      const selected = lookup === undefined ? [root] : fieldsNamed(lookup.alias, root)
      const keys = new Set<string>()
      for (const set of selected) {
        const fields = set === undefined ? [] : fieldsIn(set, fragments)
        for (const field of fields) if (field.selectionSet !== undefined) keys.add(responseKey(field))
      }
      for (const rename of [...request.renames, ...(lookup?.renames ?? [])]) keys.add(rename.to)
      return keys
    },
  }
  known.set(request, made)
  return made
}

function fieldsNamed(alias: string, root: SelectionSetNode | undefined): (SelectionSetNode | undefined)[] {
  return (root?.selections ?? []).flatMap((one) =>
    one.kind === Kind.FIELD && responseKey(one) === alias ? [one.selectionSet] : [],
  )
}
