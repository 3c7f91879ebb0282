import { describe, it } from 'vitest'
import { type DecisionRow, MAX_DECISIONS, mergeDecisions } from '../src/views/decisions/decision-buffer.js'
import { isAsked, readDecisionsSearch } from '../src/views/decisions/decisions-search.js'
import { countAgents } from '../src/views/now/affected-agents.js'

const decision = (n: number, change: Partial<DecisionRow> = {}): DecisionRow => ({
  id: `d${n}`,
  decision: 'ALLOW',
  tier: 'POLICY',
  originTier: 'POLICY',
  confidence: 'HIGH',
  riskLevel: 'LOW',
  reason: 'Reads only.',
  cacheHit: false,
  processingMs: 1,
  toolName: 'Bash',
  subject: 'ls -la',
  decidedAt: new Date(n * 1_000).toISOString(),
  traceId: 't',
  agent: { id: 'agent-1' },
  ...change,
})

describe('mergeDecisions', () => {
  it('holds each decision once, newest first, also when it comes twice at once', ({ expect }) => {
    const merged = mergeDecisions([decision(1)], [decision(3), decision(2), decision(3), decision(1)])
    expect(merged.map(({ id }) => id)).toEqual(['d3', 'd2', 'd1'])
  })

  it('is the same array when nothing is new, so that nothing is drawn again', ({ expect }) => {
    const held = [decision(2), decision(1)]
    expect(mergeDecisions(held, [decision(1)])).toBe(held)
  })

  it('gives up the oldest at its bound', ({ expect }) => {
    const many = Array.from({ length: MAX_DECISIONS + 20 }, (_, n) => decision(n))
    const merged = mergeDecisions([], many)
    expect(merged).toHaveLength(MAX_DECISIONS)
    expect(merged.at(-1)?.id).toBe('d20')
  })
})

describe('decisions in the URL', () => {
  it('reads kinds, tiers and agents, and ignores what it does not know', ({ expect }) => {
    expect(readDecisionsSearch({ only: 'BLOCK', tier: 'REDIS', agent: 'a', q: 7, id: 'd1' })).toEqual({
      only: 'BLOCK',
      tier: 'REDIS',
      agent: 'a',
      q: '7',
      id: 'd1',
    })
    expect(readDecisionsSearch({ only: 'MAYBE', tier: 'CLOUD', agent: '' })).toEqual({})
  })

  it('filters by kind, tier, agent and text of subject or reason', ({ expect }) => {
    const row = decision(1, { subject: 'rm -rf /', decision: 'BLOCK', reason: 'Deletes everything.' })
    expect(isAsked(row, { only: 'BLOCK', q: 'RM -RF' })).toBe(true)
    expect(isAsked(row, { q: 'everything' })).toBe(true)
    expect(isAsked(row, { only: 'ALLOW' })).toBe(false)
    expect(isAsked(row, { tier: 'REDIS' })).toBe(false)
    expect(isAsked(row, { agent: 'agent-2' })).toBe(false)
  })
})

describe('countAgents', () => {
  it('puts first who was refused or held up most', ({ expect }) => {
    const rows = [
      decision(1, { agent: { id: 'calm' } }),
      decision(2, { agent: { id: 'calm' } }),
      decision(3, { agent: { id: 'bold' }, decision: 'BLOCK' }),
      decision(4, { agent: { id: 'new' }, decision: 'ESCALATE' }),
      decision(5, { agent: { id: 'bold' }, decision: 'ESCALATE' }),
    ]
    expect(countAgents(rows)).toEqual([
      { agent: 'bold', total: 2, blocked: 1, escalated: 1 },
      { agent: 'new', total: 1, blocked: 0, escalated: 1 },
      { agent: 'calm', total: 2, blocked: 0, escalated: 0 },
    ])
  })
})
