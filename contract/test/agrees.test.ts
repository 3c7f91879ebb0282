import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type EnumTypeDefinitionNode, Kind, parse } from 'graphql'
import { describe, it } from 'vitest'
import {
  CONFIDENCE_BANDS,
  CONFIDENCES,
  DECISIONS,
  RISK_LEVELS,
  TIER_OUTCOMES,
  TIERS,
} from '../src/decision.js'
import { ERROR_CODES } from '../src/error-codes.js'
import { EVENT_TYPES } from '../src/event-types.js'
import { FLAG_STATES } from '../src/flags.js'
import {
  FETCH_COLUMNS,
  FETCH_KINDS,
  OPERATION_COLUMNS,
  OPERATION_TYPES,
  ROW_STATUSES,
  STOP_COLUMNS,
  TIER_COLUMNS,
} from '../src/operation-row.js'
import { AGENT_ROLES } from '../src/principal.js'
import { STOP_FILES, STOPS } from '../src/stops.js'
import { tablesOf } from './ddl.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const read = (path: string) => readFileSync(`${ROOT}${path}`, 'utf8')

const SCHEMAS = [
  'analytics/schema.graphql',
  'subgraphs/events/schema.graphql',
  'subgraphs/experts/schema.graphql',
  'subgraphs/policy/schema.graphql',
  'subgraphs/validation/schema.graphql',
]

/** Enums that the contract knows; every schema that has one has all of its values, in the same order. */
const ENUMS: Readonly<Record<string, readonly string[]>> = {
  Decision: DECISIONS,
  Tier: TIERS,
  TierOutcome: TIER_OUTCOMES,
  Confidence: CONFIDENCES,
  RiskLevel: RISK_LEVELS,
  AgentRole: AGENT_ROLES,
  EventType: EVENT_TYPES,
  FlagState: FLAG_STATES,
}

function enumsOf(path: string): EnumTypeDefinitionNode[] {
  const { definitions } = parse(read(path))
  return definitions.filter((node) => node.kind === Kind.ENUM_TYPE_DEFINITION)
}

describe('the contract agrees with the schemas', () => {
  for (const [name, values] of Object.entries(ENUMS)) {
    it(`on the values of ${name}, wherever it is defined`, ({ expect }) => {
      const found = SCHEMAS.flatMap((path) =>
        enumsOf(path)
          .filter((node) => node.name.value === name)
          .map((node) => ({ path, values: (node.values ?? []).map((value) => value.name.value) })),
      )
      expect(found.length).toBeGreaterThan(0)
      for (const one of found) expect(one).toEqual({ path: one.path, values: [...values] })
    })
  }

  it('on every enum that two schemas share', ({ expect }) => {
    const seen = new Map<string, string>()
    for (const path of SCHEMAS) {
      for (const node of enumsOf(path)) {
        const values = (node.values ?? []).map((value) => value.name.value).join(' ')
        expect(`${path}: ${values}`).toBe(`${path}: ${seen.get(node.name.value) ?? values}`)
        seen.set(node.name.value, values)
      }
    }
  })
})

/** Enum columns, and the constants that they must have, in the order of the numbers. */
const STORED_ENUMS: readonly (readonly [table: string, column: string, values: readonly string[]])[] = [
  ['operations', 'type', OPERATION_TYPES],
  ['operations', 'status', ROW_STATUSES],
  ['fetches', 'fetch_kind', FETCH_KINDS],
  ['fetches', 'status', ROW_STATUSES],
  ['tiers', 'tier', TIERS],
  ['tiers', 'outcome', TIER_OUTCOMES],
  ['stops', 'stop', STOPS],
]

const ROWS: Readonly<Record<string, readonly string[]>> = {
  operations: OPERATION_COLUMNS,
  fetches: FETCH_COLUMNS,
  tiers: TIER_COLUMNS,
  stops: STOP_COLUMNS,
}

describe('the contract agrees with the tables', () => {
  const migrations = readdirSync(`${ROOT}analytics/migrations`).filter((name) => name.endsWith('.sql'))
  const tables = tablesOf(
    migrations
      .sort()
      .map((name) => read(`analytics/migrations/${name}`))
      .join('\n'),
  )

  for (const [name, columns] of Object.entries(ROWS)) {
    it(`on the columns of obs.${name}; others have a default`, ({ expect }) => {
      const found = tables.get(name) ?? []
      expect(found.map((column) => column.name)).toEqual(expect.arrayContaining([...columns]))
      const extra = found.filter((column) => !columns.includes(column.name))
      expect(extra.filter((column) => !column.hasDefault)).toEqual([])
    })
  }

  for (const [table, name, values] of STORED_ENUMS) {
    it(`on the values of obs.${table}.${name}, in order`, ({ expect }) => {
      const column = tables.get(table)?.find((one) => one.name === name)
      expect(column?.values).toEqual([...values])
    })
  }

  it('on the numbers of stops, so that sorting by stop is the walk', ({ expect }) => {
    const stop = tables.get('stops')?.find((one) => one.name === 'stop')
    expect(stop?.numbers).toEqual(STOPS.map((_, index) => index + 1))
  })
})

describe('the contract agrees with the documents', () => {
  it('on every error code, its status and whether to try again, both ways', ({ expect }) => {
    const rows = [...read('docs/reference/errors.md').matchAll(/^\| `(\w+)` \| (\d+) \| (yes|no) \|/gm)]
    const listed = Object.fromEntries(
      rows.map(([, code = '', status, again]) => [code, `${status} ${again}`]),
    )
    const known = Object.entries(ERROR_CODES).map(([code, { status, retryable }]) => [
      code,
      `${status} ${retryable ? 'yes' : 'no'}`,
    ])
    expect(listed).toEqual(Object.fromEntries(known))
  })
})

describe('the contract agrees with itself', () => {
  it('on one file for each stop, named after it', ({ expect }) => {
    expect(Object.keys(STOP_FILES)).toEqual([...STOPS])
    for (const stop of STOPS) expect(STOP_FILES[stop]).toMatch(new RegExp(`/${stop}\\.ts$`))
  })

  it('on descending confidence bands that end at 0', ({ expect }) => {
    const bounds = CONFIDENCES.map((name) => CONFIDENCE_BANDS[name])
    expect(bounds).toEqual([...bounds].sort((a, b) => b - a))
    expect(bounds.at(-1)).toBe(0)
  })
})

describe('the contract stays small', () => {
  const files = readdirSync(`${ROOT}contract/src`, { recursive: true }).map(String)

  it('in at most 12 files of at most 150 lines, without a barrel', ({ expect }) => {
    expect(files.length).toBeLessThanOrEqual(12)
    expect(files).not.toContain('index.ts')
    for (const file of files) {
      const lines = read(`contract/src/${file}`).trimEnd().split('\n').length
      expect(lines, file).toBeLessThanOrEqual(150)
    }
  })

  it('without importing anything but itself', ({ expect }) => {
    const manifest = JSON.parse(read('contract/package.json')) as { dependencies?: object }
    expect(manifest.dependencies ?? {}).toEqual({})
    for (const file of files) {
      const sources = [...read(`contract/src/${file}`).matchAll(/(?:from|import\(?) ?'([^']+)'/g)]
      for (const [, source = ''] of sources) {
        expect(source, file).toMatch(/^\.\/[\w-]+\.js$/)
        expect(existsSync(`${ROOT}contract/src/${source.slice(2, -3)}.ts`), source).toBe(true)
      }
    }
  })
})
