import { describe, it } from 'vitest'
import { toLogEvent } from '../../src/opa-log/event.js'
import { labelsOf } from '../../src/opa-log/labels.js'
import { REDACTED } from '../../src/opa-log/mask.js'
import { decisionOf } from './decision.js'

const LABELS = { app: 'lighthouse', id: 'i', version: '1' }

/** The fields of OPA's `EventV1` (v1.22), by the JSON type that each has. */
const OPA_FIELDS: Readonly<Record<string, string>> = {
  labels: 'object',
  decision_id: 'string',
  trace_id: 'string',
  bundles: 'object',
  path: 'string',
  input: 'object',
  result: 'object',
  erased: 'array',
  masked: 'array',
  requested_by: 'string',
  timestamp: 'string',
  metrics: 'object',
}
const typeOf = (value: unknown): string => (Array.isArray(value) ? 'array' : typeof value)

describe("a decision in the format of OPA's decision logs", () => {
  it('has the fields that OPA documents, each of its type, and no others', ({ expect }) => {
    const secret = decisionOf({ subject: 'curl -u me:hunter22 x', reason: '-----BEGIN RSA PRIVATE KEY' })
    for (const decision of [decisionOf(), secret]) {
      for (const [field, value] of Object.entries(toLogEvent(decision, LABELS)))
        expect([field, typeOf(value)]).toEqual([field, OPA_FIELDS[field]])
    }
    expect(toLogEvent(decisionOf(), LABELS)).not.toHaveProperty('nd_builtin_cache')
  })

  it('says what was asked, what was answered, by which policy, when and how long it took', ({ expect }) => {
    expect(toLogEvent(decisionOf(), LABELS)).toEqual({
      labels: LABELS,
      decision_id: 'dec_0',
      trace_id: '0'.repeat(32),
      bundles: { guard: { revision: '0123456789abcdef' } },
      path: 'guard/answer',
      input: {
        tool: 'Bash',
        subject: 'ls',
        agentId: 'agent-1',
        cwd: '/srv/app',
        project: '/srv/app',
        requestId: null,
      },
      result: {
        decision: 'ALLOW',
        riskLevel: 'LOW',
        rule: 'shell/inspect',
        reason: 'ls: only looks',
        tier: 'POLICY',
        originTier: 'POLICY',
        confidenceScore: 0.99,
        consultationId: null,
      },
      requested_by: 'agent-1',
      timestamp: '2026-01-02T03:04:05.678Z',
      metrics: {
        timer_server_handler_ns: 50_000,
        timer_tier_memory_ns: 1_000,
        timer_rego_query_eval_ns: 30_000,
      },
    })
  })

  it.each([
    ['AWS_SECRET_ACCESS_KEY=wJalrXUtnFEMI aws s3 ls', 'wJalrXUtnFEMI'],
    ['export API_KEY="a b c" && deploy', 'a b c'],
    ['mysql --password=hunter22 -e "select 1"', 'hunter22'],
    ['deploy --token hunter22 now', 'hunter22'],
    ['curl -H "Authorization: Bearer abcdefghijkl" https://x', 'abcdefghijkl'],
    ['curl -u me:hunter22 https://x', 'hunter22'],
    ['git clone https://me:hunter22@host/x', 'hunter22'],
    [`gh auth login ghp_${'a'.repeat(36)}`, `ghp_${'a'.repeat(36)}`],
    [`echo '{"client_secret": "hunter22"}'`, 'hunter22'],
  ])('masks the secret of %s', (subject, secret) => {
    const event = toLogEvent(decisionOf({ subject, reason: `${subject}: sends` }), LABELS)
    const text = JSON.stringify(event)
    if (text.includes(secret) || !text.includes(REDACTED)) throw new Error(text)
    if (event.masked?.join() !== '/input/subject,/result/reason') throw new Error(String(event.masked))
  })

  it('erases what holds a private key, of which any line may be left', ({ expect }) => {
    const event = toLogEvent(
      decisionOf({ subject: 'echo "-----BEGIN OPENSSH PRIVATE KEY-----\nabc' }),
      LABELS,
    )
    expect(event.erased).toEqual(['/input/subject'])
    expect(event.input).not.toHaveProperty('subject')
  })

  it.each(['ls -la', 'git commit -m "rotate the token"', 'npm test -- tokens.test.ts', 'cat .env'])(
    'leaves %s as it is',
    (subject) => {
      const event = toLogEvent(decisionOf({ subject }), LABELS)
      if (event.input['subject'] !== subject || event.masked !== undefined)
        throw new Error(JSON.stringify(event))
    },
  )

  it('is labelled anew at each start', ({ expect }) => {
    expect(labelsOf()).toMatchObject({ app: 'lighthouse', version: expect.stringMatching(/^\d+\.\d+\.\d+/) })
    expect(labelsOf()['id']).not.toBe(labelsOf()['id'])
  })
})
