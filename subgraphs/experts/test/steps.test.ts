import { describe, it } from 'vitest'
import { agree, NO_QUORUM } from '../src/agree.js'
import { createConsultations, type Consultation, type Vote } from '../src/consultations.js'
import { readConfig } from '../src/config.js'
import { createRegistry } from '../src/registry.js'
import type { Expert } from '../src/experts/expert.js'
import { readQuestion } from '../src/question.js'

const vote = (decision: Vote['decision'], firm: boolean, confidence = 0.9): Vote => ({
  expertId: `${decision}-${firm}`,
  decision,
  firm,
  confidence,
  reasoning: `${decision} ${firm ? 'firmly' : 'by default'}`,
  ms: 1,
})

describe('agree', () => {
  it('has no agreement without a vote', ({ expect }) => {
    expect(agree([], 1, 'LOW')).toBe(NO_QUORUM)
    expect(agree([vote('BLOCK', true)], 2, 'LOW')).toBe(NO_QUORUM)
  })

  it('takes the strictest firm vote, and what is not firm only where nothing is', ({ expect }) => {
    expect(agree([vote('ESCALATE', false), vote('ALLOW', true)], 1, 'HIGH')).toMatchObject({
      decision: 'ALLOW',
    })
    expect(agree([vote('BLOCK', true), vote('ALLOW', true)], 1, 'LOW')).toMatchObject({ decision: 'BLOCK' })
    expect(agree([vote('ESCALATE', false)], 1, 'LOW')).toMatchObject({ decision: 'ESCALATE' })
  })

  it('cites the surest of those that agree, with their mean confidence', ({ expect }) => {
    const votes = [vote('BLOCK', true, 0.6), { ...vote('BLOCK', true, 0.8), reasoning: 'surest' }]
    expect(agree(votes, 1, 'LOW')).toEqual({ decision: 'BLOCK', confidence: 0.7, reasoning: 'surest' })
  })
})

describe('createConsultations', () => {
  it('keeps the newest and lets the oldest go', ({ expect }) => {
    const kept = createConsultations(3)
    for (const id of ['a', 'b', 'c', 'd']) kept.put({ id, lateVotes: [] } as unknown as Consultation)
    expect(kept.last(10).map(({ id }) => id)).toEqual(['d', 'c', 'b'])
    expect(kept.find('a')).toBeUndefined()
    kept.addLate('a', vote('ALLOW', true))
    kept.addLate('b', vote('ALLOW', true))
    expect(kept.find('b')?.lateVotes).toHaveLength(1)
    expect(kept.last(10)).toHaveLength(3)
  })
})

describe('createRegistry', () => {
  const expert = (id: string, maxConcurrent = 2): Expert => ({
    id,
    name: id,
    kind: 'LLM',
    capabilities: ['*'],
    maxConcurrent,
    round: 0,
    offline: () => undefined,
    ask: async () => ({ none: '' }),
  })

  it('knows load, status, and the exponentially weighted mean of answer times', ({ expect }) => {
    let now = 0
    const registry = createRegistry(() => now)
    registry.register(expert('e'))
    const first = registry.begin('e')
    const second = registry.begin('e')
    expect(registry.find('e')).toMatchObject({ currentLoad: 2, status: 'BUSY' })
    now = 100
    first.done('answered')
    first.done('answered')
    expect(registry.find('e')).toMatchObject({
      currentLoad: 1,
      status: 'AVAILABLE',
      answered: 1,
      averageMs: 100,
    })
    now = 200
    second.done('answered')
    expect(registry.find('e')?.averageMs).toBeCloseTo(120)
    registry.begin('e').done('failed')
    expect(registry.find('e')).toMatchObject({ failed: 1, answered: 2, currentLoad: 0 })
  })

  it('refuses a second expert of the same id, and more than 1,000', ({ expect }) => {
    const registry = createRegistry()
    for (let i = 0; i < 1_000; i++) registry.register(expert(`e${i}`))
    expect(() => registry.register(expert('e7'))).toThrow('registered already')
    expect(() => registry.register(expert('one too many'))).toThrow('1000 experts')
  })
})

describe('readQuestion', () => {
  const input = {
    requestId: 'r',
    toolName: 'Bash',
    toolInput: {},
    agentId: 'a',
    concerns: [],
    riskLevel: 'LOW',
  }

  it('keeps times within 30 s and takes an unknown risk as CRITICAL', ({ expect }) => {
    expect(readQuestion({ ...input, timeoutMs: 90_000 }).timeoutMs).toBe(30_000)
    expect(readQuestion({ ...input, timeoutMs: -5 }).timeoutMs).toBe(1)
    expect(readQuestion({ ...input, timeoutMs: null }).timeoutMs).toBe(30_000)
    expect(readQuestion({ ...input, riskLevel: 'harmless' }).riskLevel).toBe('CRITICAL')
  })
})

describe('readConfig', () => {
  it('names the variable that is wrong', ({ expect }) => {
    expect(() => readConfig({ OPENAI_API_KEY: 'k', OPENAI_MODEL: 'm', OPENAI_TIMEOUT_MS: 'soon' })).toThrow(
      'OPENAI_TIMEOUT_MS is "soon"',
    )
  })

  it('asks no model unless one is configured, and takes a server on one’s own machine without a key', ({
    expect,
  }) => {
    expect(readConfig({})).toEqual({ script: undefined, openai: undefined })
    const { openai } = readConfig({ OPENAI_BASE_URL: 'http://127.0.0.1:8080/v1', OPENAI_MODEL: 'local' })
    expect(openai).toMatchObject({
      baseURL: 'http://127.0.0.1:8080/v1',
      model: 'local',
    })
  })
})
