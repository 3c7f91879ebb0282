import { describe, it } from 'vitest'
import { fakeGateway, lighthouse } from './lighthouse.js'

const WITHIN_MS = 30_000

/** An event of the log that a decision was kept as. */
function eventOf(sequence: number, facts: object = {}) {
  const id = `dec_${sequence}`
  const data = {
    id,
    agentId: 'agent-1',
    decision: 'BLOCK',
    tier: 'POLICY',
    originTier: 'POLICY',
    confidence: 'HIGH',
    riskLevel: 'CRITICAL',
    reason: 'rm -rf /: deletes a system directory',
    subject: 'rm -rf / --token hunter22',
    tierTimings: [{ tier: 'POLICY', ms: 0.02, outcome: 'HIT' }],
    processingMs: 0.05,
    policyVersion: 'v1',
    toolName: 'Bash',
    decidedAt: '2026-01-02T03:04:05.678Z',
    traceId: 't',
    ...facts,
  }
  return { id: `e${sequence}`, sequence, aggregateId: id, data, agent: { id: 'agent-1' } }
}

describe('lighthouse decisions export', () => {
  it(
    "prints the newest decisions as OPA's decision logs have them, a line each, and no secret",
    async ({ expect }) => {
      const events = [eventOf(1), eventOf(2, { decision: 'PERHAPS' }), eventOf(3)]
      await using gateway = await fakeGateway(() => ({
        data: { events: { events, lastSequence: 3, hasMore: false } },
      }))
      const ran = await lighthouse(['decisions', 'export', '--last', '3'], { env: gateway.env })
      expect([ran.code, ran.stderr]).toEqual([0, ''])
      expect(gateway.asked[0]?.variables).toEqual({
        filter: { types: ['VALIDATION_DECISION_MADE'] },
        last: 3,
      })
      const lines = ran.stdout.trim().split('\n')
      const read = lines.map((line) => JSON.parse(line) as { decision_id: string; labels: object })
      expect(read.map((event) => event.decision_id)).toEqual(['dec_1', 'dec_3'])
      expect(read[0]).toMatchObject({
        labels: { app: 'lighthouse', id: new URL(gateway.url).host },
        bundles: { guard: { revision: 'v1' } },
        masked: ['/input/subject'],
        result: { decision: 'BLOCK' },
      })
      expect(ran.stdout).not.toContain('hunter22')
    },
    WITHIN_MS,
  )

  it(
    'pages through all after a sequence',
    async ({ expect }) => {
      await using gateway = await fakeGateway(({ variables }) => {
        const at = Number(variables['after']) + 1
        return { data: { events: { events: [eventOf(at)], lastSequence: 9, hasMore: at < 3 } } }
      })
      const args = ['decisions', 'export', '--since', '0', '--format', 'json']
      const ran = await lighthouse(args, { env: gateway.env })
      const ids = ran.stdout
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { id: string }).id)
      expect(ids).toEqual(['dec_1', 'dec_2', 'dec_3'])
    },
    WITHIN_MS,
  )
})
