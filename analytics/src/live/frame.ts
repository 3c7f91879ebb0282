import { TIERS } from '@lighthouse/contract/decision'
import { LAST_BUCKET } from '@lighthouse/contract/histogram'
import type { LiveFrame, LiveOperation, LiveTier } from '@lighthouse/contract/live-frame'
import { ANONYMOUS_OPERATION } from '@lighthouse/contract/live-frame'

const MAX_NAME = 200
const MAX_OPERATIONS = 2_001
const MAX_TRACES = 20

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const listOf = (value: unknown, most: number): unknown[] =>
  Array.isArray(value) ? (value.slice(0, most) as unknown[]) : []

/** Reads what arrived at the tap; undefined when it is no LiveFrame. Parts that make no sense are left out. */
export function readFrame(body: string): LiveFrame | undefined {
  let value: unknown
  try {
    value = JSON.parse(body)
  } catch {
    return undefined
  }
  if (!isObject(value) || typeof value['source'] !== 'string' || !isCount(value['at'])) return undefined
  return {
    source: value['source'].slice(0, MAX_NAME),
    at: value['at'],
    operations: listOf(value['operations'], MAX_OPERATIONS).flatMap(readOperation),
    tiers: listOf(value['tiers'], TIERS.length).flatMap(readTier),
    traces: listOf(value['traces'], MAX_TRACES).filter(
      (id): id is string => typeof id === 'string' && /^[0-9a-f]{32}$/.test(id),
    ),
  }
}

function readOperation(value: unknown): LiveOperation[] {
  if (!isObject(value)) return []
  const { name, count, errors, buckets } = value
  if (typeof name !== 'string' || !isCount(count) || !isCount(errors) || !Array.isArray(buckets)) return []
  const pairs = buckets as unknown[]
  const sound =
    pairs.length % 2 === 0 && pairs.every((n, i) => isCount(n) && (i % 2 === 1 || n <= LAST_BUCKET))
  if (!sound) return []
  return [{ name: name.slice(0, MAX_NAME) || ANONYMOUS_OPERATION, count, errors, buckets: pairs as number[] }]
}

function readTier(value: unknown): LiveTier[] {
  if (!isObject(value)) return []
  const { hits, misses } = value
  const tier = TIERS.find((known) => known === value['tier'])
  return tier !== undefined && isCount(hits) && isCount(misses) ? [{ tier, hits, misses }] : []
}
