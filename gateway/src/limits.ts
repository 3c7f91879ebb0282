import type { ErrorCode } from '@lighthouse/contract/error-codes'
import type { Principal } from '@lighthouse/contract/principal'
import * as z from 'zod'
import { Refusal } from './errors.js'

interface Limit {
  readonly otherwise: number
  readonly code: ErrorCode
  /** What is counted, as it stands after a number: "16 aliases". */
  readonly counts: string
  readonly meaning: string
}

/** Every limit of an operation. Flags, variables, the configuration file and docs/reference/limits.md follow from this table. */
export const LIMITS = {
  maxTokens: {
    otherwise: 1_000,
    code: 'QUERY_TOO_COMPLEX',
    counts: 'tokens',
    meaning: 'Lexical tokens of the document.',
  },
  maxDepth: {
    otherwise: 10,
    code: 'QUERY_TOO_DEEP',
    counts: 'nested selection sets',
    meaning: 'Selection sets inside one another, fragments written out. Introspection has its own.',
  },
  maxIntrospectionDepth: {
    otherwise: 15,
    code: 'QUERY_TOO_DEEP',
    counts: 'nested selection sets under __schema or __type',
    meaning: 'The same under `__schema` and `__type`; the query of graphql-js has 14.',
  },
  maxAliases: {
    otherwise: 15,
    code: 'QUERY_TOO_COMPLEX',
    counts: 'aliases',
    meaning: 'Aliases of the document.',
  },
  maxDirectives: {
    otherwise: 50,
    code: 'QUERY_TOO_COMPLEX',
    counts: 'directives',
    meaning: 'Directives of the document.',
  },
  maxRootFields: {
    otherwise: 10,
    code: 'QUERY_TOO_COMPLEX',
    counts: 'root fields',
    meaning: 'Answers of one operation at its root, fragments written out.',
  },
  maxCost: {
    otherwise: 1_000,
    code: 'QUERY_TOO_COMPLEX',
    counts: 'fields with fragments written out',
    meaning: 'Fields that one operation selects, those of a fragment as often as it is spread.',
  },
  maxRepeats: {
    otherwise: 50,
    code: 'QUERY_TOO_COMPLEX',
    counts: 'selections of one field side by side',
    meaning: 'Selections that give the same answer in one selection set: each is compared with each.',
  },
  maxListItems: {
    otherwise: 1_000,
    code: 'QUERY_TOO_COMPLEX',
    counts: 'items in a list of the variables',
    meaning: 'Items of any list in the variables. Lists in a document are bounded by its tokens.',
  },
  maxInputDepth: {
    otherwise: 32,
    code: 'QUERY_TOO_DEEP',
    counts: 'nested lists and objects of input',
    meaning: 'Lists and objects inside one another in the variables, or in an argument of the document.',
  },
  maxResponseBytes: {
    otherwise: 10_485_760,
    code: 'RESPONSE_TOO_LARGE',
    counts: 'bytes of the answer',
    meaning: 'Bytes of the answer; a larger one is not sent.',
  },
} as const satisfies Readonly<Record<string, Limit>>

export type LimitName = keyof typeof LIMITS

/** What an operation may be and ask at most. */
export type Limits = Readonly<Record<LimitName, number>>

export const LIMIT_NAMES = Object.keys(LIMITS) as LimitName[]

export const DEFAULT_LIMITS = Object.fromEntries(
  LIMIT_NAMES.map((name) => [name, LIMITS[name].otherwise]),
) as Limits

const someLimits = Object.fromEntries(
  LIMIT_NAMES.map((name) => [name, z.int().min(0).optional().describe(LIMITS[name].meaning)]),
) as Record<LimitName, z.ZodOptional<z.ZodInt>>

/** The shape of `limits` in a configuration file. */
export const limitsSection = z.strictObject({
  ...someLimits,
  roles: z.record(z.string(), z.strictObject(someLimits)).optional(),
})

/** Limits that differ from the defaults, and for whom: `roles.ANONYMOUS` are those without a credential. */
export type LimitOptions = Readonly<z.input<typeof limitsSection>>

/** The variable that sets a limit: LIGHTHOUSE_MAX_DEPTH. */
export function limitVariable(name: LimitName): string {
  return `LIGHTHOUSE_${snake(name, '_').toUpperCase()}`
}

/** The flag that sets a limit: --max-depth. */
export function limitFlag(name: LimitName): string {
  return `--${snake(name, '-')}`
}

function snake(name: string, mark: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => mark + letter.toLowerCase())
}

/** Which limits hold for whom. */
export interface LimitTable {
  of(principal: Principal | undefined): Limits
  /** The highest that anybody has, limit by limit. */
  readonly most: Limits
}

export function createLimitTable({ roles = {}, ...general }: LimitOptions = {}): LimitTable {
  const all = over(DEFAULT_LIMITS, general)
  const byRole = new Map(Object.entries(roles).map(([role, own]) => [role, over(all, own)]))
  const highest = (name: LimitName) => Math.max(all[name], ...[...byRole.values()].map((one) => one[name]))
  return {
    of: (principal) => byRole.get(principal?.role ?? 'ANONYMOUS') ?? all,
    most: Object.fromEntries(LIMIT_NAMES.map((name) => [name, highest(name)])) as Limits,
  }
}

function over(otherwise: Limits, given: Omit<LimitOptions, 'roles'>): Limits {
  return Object.fromEntries(LIMIT_NAMES.map((name) => [name, given[name] ?? otherwise[name]])) as Limits
}

/** The refusal of what is over a limit: which one, by how much as far as was counted, and how it is set. */
export function overLimit(name: LimitName, found: number, limits: Limits): Refusal {
  const { code, counts } = LIMITS[name]
  const max = limits[name]
  const setting = `${limitFlag(name)}, ${limitVariable(name)} or limits.${name}`
  return new Refusal(
    code,
    `There are ${found} ${counts}, or more; the limit is ${max} (${setting}).`,
    {},
    { limit: name, max, found },
  )
}
