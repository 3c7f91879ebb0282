import { FLAG_STATES } from '@lighthouse/contract/flags'
import type { FlagState } from '@lighthouse/contract/flags'
import { matchesName } from './publish/membership.js'
import { isWithin, standingOf } from './sticky.js'

/** One variant of an A/B test and its share of agents in percent. */
export interface FlagGroup {
  readonly name: string
  readonly weight: number
}

/** What one agent gets whatever the state says. */
export interface FlagOverride {
  readonly agentId: string
  readonly on: boolean
}

export interface Flag {
  readonly name: string
  readonly state: FlagState
  /** 0 to 100; counts for PERCENTAGE_ROLLOUT and CANARY. */
  readonly rolloutPercentage: number
  /** AB_TEST: who is in which variant; weights add up to 100. */
  readonly groups: readonly FlagGroup[]
  /** CANARY: agents by id; a `*` stands for any text. */
  readonly canaryAgents: readonly string[]
  readonly overrides: readonly FlagOverride[]
  /** Flags that must be on for an agent before this one can be. */
  readonly dependencies: readonly string[]
  /** Taken back in an emergency: as the product ships it for everybody, until it is set again. */
  readonly rolledBack: boolean
  /** Absent while the flag is as the product ships it. */
  readonly updatedAt: Date | undefined
}

/** What is not given stays as it is; `rolloutPercentage` follows the state. */
export interface FlagChange {
  readonly name: string
  readonly state: FlagState
  readonly rolloutPercentage?: number | undefined
  readonly groups?: readonly FlagGroup[] | undefined
  readonly canaryAgents?: readonly string[] | undefined
  readonly overrides?: readonly FlagOverride[] | undefined
  readonly dependencies?: readonly string[] | undefined
}

export interface FlagAnswer {
  readonly on: boolean
  readonly variant: string
  readonly reason: 'STATIC' | 'SPLIT' | 'TARGETING_MATCH' | 'DISABLED'
}

export type FlagLookup = (name: string) => Flag | undefined

/** The flags that one may depend on, and what holds of each as the product ships it. */
export interface FlagSet {
  readonly find: FlagLookup
  readonly isShippedOn: (name: string) => boolean
}

const MAX_LISTED = 100
const MAX_DEPTH = 10
const OFF = { on: false, variant: 'off', reason: 'DISABLED' } as const

export function shippedFlag(name: string, on: boolean): Flag {
  const state = on ? 'ENABLED' : 'DISABLED'
  return { name, state, rolloutPercentage: on ? 100 : 0, ...NOTHING, rolledBack: false, updatedAt: undefined }
}

const NOTHING = { groups: [], canaryAgents: [], overrides: [], dependencies: [] }

/**
 * What a flag is for an agent: an emergency beats its dependencies, they beat overrides, those beat the state. Pure; a
 * flag that depends on itself, or deeper than 10, is off.
 */
export function evaluateFlag(flag: Flag, agentId: string, among: FlagSet, depth = 0): FlagAnswer {
  if (flag.rolledBack) return among.isShippedOn(flag.name) ? onBy('STATIC') : OFF
  if (depth > MAX_DEPTH) return OFF
  const isOn = (name: string): boolean => {
    const needed = among.find(name)
    return needed !== undefined && evaluateFlag(needed, agentId, among, depth + 1).on
  }
  if (!flag.dependencies.every(isOn)) return OFF
  const override = flag.overrides.find((one) => one.agentId === agentId)
  if (override !== undefined)
    return override.on ? onBy('TARGETING_MATCH') : { ...OFF, reason: 'TARGETING_MATCH' }
  return DECIDE[flag.state](flag, agentId)
}

function onBy(reason: FlagAnswer['reason']): FlagAnswer {
  return { on: true, variant: 'on', reason }
}

const split = (on: boolean): FlagAnswer => (on ? onBy('SPLIT') : { ...OFF, reason: 'SPLIT' })

const DECIDE: Readonly<Record<FlagState, (flag: Flag, agentId: string) => FlagAnswer>> = {
  DISABLED: () => OFF,
  ENABLED: () => onBy('STATIC'),
  PERCENTAGE_ROLLOUT: ({ name, rolloutPercentage }, agentId) =>
    split(isWithin(name, agentId, rolloutPercentage)),
  CANARY: ({ name, canaryAgents, rolloutPercentage }, agentId) =>
    canaryAgents.some((pattern) => matchesName(pattern, agentId))
      ? onBy('TARGETING_MATCH')
      : split(isWithin(name, agentId, rolloutPercentage)),
  AB_TEST: ({ name, groups }, agentId) => {
    const standing = standingOf(name, agentId)
    let upTo = 0
    const found = groups.find(({ weight }) => standing < (upTo += weight)) ?? groups.at(-1)
    return found === undefined ? OFF : { on: true, variant: found.name, reason: 'SPLIT' }
  },
}

/** The flag that a change makes. Throws a RangeError, saying why, for one that is refused. */
export function checkFlag(change: FlagChange, find: FlagLookup, at: Date): Flag {
  const { name, state } = change
  if (!/^[a-z][a-z0-9-]{0,63}$/.test(name)) {
    throw new RangeError(
      `"${name.slice(0, 80)}" is not a flag's name: small letters, digits and dashes, at most 64.`,
    )
  }
  const rolloutPercentage = change.rolloutPercentage ?? (state === 'ENABLED' ? 100 : 0)
  if (!(rolloutPercentage >= 0 && rolloutPercentage <= 100)) {
    throw new RangeError(`rolloutPercentage is between 0 and 100, not ${rolloutPercentage}.`)
  }
  const now = find(name)
  const flag: Flag = {
    name,
    state,
    rolloutPercentage,
    groups: change.groups ?? now?.groups ?? [],
    canaryAgents: change.canaryAgents ?? now?.canaryAgents ?? [],
    overrides: change.overrides ?? now?.overrides ?? [],
    dependencies: change.dependencies ?? now?.dependencies ?? [],
    rolledBack: false,
    updatedAt: at,
  }
  checkLists(flag)
  for (const needed of flag.dependencies) checkDependency(needed, name, find)
  return flag
}

function checkLists({ state, groups, canaryAgents, overrides, dependencies }: Flag): void {
  for (const list of [groups, canaryAgents, overrides, dependencies])
    if (list.length > MAX_LISTED) throw new RangeError(`A list of a flag has at most ${MAX_LISTED} entries.`)
  if (state !== 'AB_TEST') return
  const sum = groups.reduce((total, { weight }) => total + weight, 0)
  const fits =
    groups.length >= 2 &&
    groups.every(({ name, weight }) => weight >= 0 && !['', 'on', 'off'].includes(name)) &&
    Math.abs(sum - 100) < 1e-6
  if (!fits)
    throw new RangeError(
      'AB_TEST takes two groups or more, not named on or off, whose weights add up to 100.',
    )
}

function checkDependency(needed: string, name: string, find: FlagLookup, depth = 0): void {
  if (needed === name || depth > MAX_DEPTH)
    throw new RangeError(`${name} would depend on itself, or too deep.`)
  const flag = find(needed)
  if (flag === undefined)
    throw new RangeError(`${name} cannot depend on "${needed.slice(0, 80)}": there is no such flag.`)
  for (const further of flag.dependencies) checkDependency(further, name, find, depth + 1)
}

/** A flag as another node stored it; undefined for what is none. */
export function readFlag(name: string, text: string): Flag | undefined {
  try {
    const stored = JSON.parse(text) as Partial<Record<keyof Flag, unknown>>
    const known = FLAG_STATES.find((one) => one === stored.state)
    if (known === undefined || typeof stored.rolloutPercentage !== 'number') return undefined
    const listOf = <T>(value: unknown) => (Array.isArray(value) ? (value as readonly T[]) : [])
    return {
      name,
      state: known,
      rolloutPercentage: stored.rolloutPercentage,
      groups: listOf<FlagGroup>(stored.groups),
      canaryAgents: listOf<string>(stored.canaryAgents),
      overrides: listOf<FlagOverride>(stored.overrides),
      dependencies: listOf<string>(stored.dependencies),
      rolledBack: stored.rolledBack === true,
      updatedAt: typeof stored.updatedAt === 'string' ? new Date(stored.updatedAt) : undefined,
    }
  } catch {
    return undefined
  }
}
