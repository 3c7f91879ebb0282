import { afterAll, beforeAll, describe, it } from 'vitest'
import { bash, startWorld, VALIDATE, type Validated, type World } from '../world.js'

let world: World
beforeAll(async () => {
  world = await startWorld()
})
afterAll(async () => {
  await world[Symbol.asyncDispose]()
})

describe('one graph', () => {
  it('answers the documented mutation with decision, agent and events', async ({ expect }) => {
    const { body, status } = await world.ask<Validated>(VALIDATE, { variables: bash('ls -la') })
    expect(body.errors).toBeUndefined()
    expect(status).toBe(200)
    expect(body.data?.validateCommand).toMatchObject({
      decision: 'ALLOW',
      tier: 'POLICY',
      cacheHit: false,
      agent: { role: 'AGENT' },
      events: [{ type: 'VALIDATION_DECISION_MADE' }],
    })
    const again = await world.ask<Validated>(VALIDATE, { variables: bash('ls -la') })
    expect(again.body.data?.validateCommand).toMatchObject({
      decision: 'ALLOW',
      tier: 'MEMORY',
      cacheHit: true,
    })
  })

  it('[P-110] answers agent, rule, consultation and events of a decision in one query', async ({
    expect,
  }) => {
    const { body } = await world.ask(
      /* GraphQL */ `
        mutation Everything($i: ValidationInput!) {
          validateCommand(input: $i) {
            decision tier
            agent { id name role }
            rule { id description decision }
            consultation { status quorum votes { decision reasoning expert { id kind } } }
            events { type sequence agent { id role } data }
          }
        }
      `,
      { variables: bash('git push --force origin main') },
    )
    expect(body.errors).toBeUndefined()
    expect(body.data).toMatchObject({
      validateCommand: {
        decision: 'ESCALATE',
        tier: 'EXPERT',
        agent: { role: 'AGENT' },
        rule: { decision: 'ESCALATE' },
        consultation: {
          status: 'DECIDED',
          quorum: 1,
          votes: [{ decision: 'ESCALATE', expert: { kind: 'SCRIPTED' } }],
        },
      },
    })
    const types = (body.data as { validateCommand: { events: { type: string }[] } }).validateCommand.events
    expect(types.map((event) => event.type)).toContain('VALIDATION_DECISION_MADE')
  })

  it('[P-021] takes the role from the key and never from an argument', async ({ expect }) => {
    const forged = await world.ask(VALIDATE, {
      variables: { i: { ...bash('ls').i, agentId: 'admin', role: 'ADMIN' } },
    })
    expect(forged.status).toBe(400)
    expect(forged.body.errors?.[0]?.extensions?.['code']).toBe('BAD_USER_INPUT')
    const me = await world.ask<{ me: { role: string } }>('query Me { me { id role } }', {
      headers: { 'x-lighthouse-principal': 'admin', 'x-lighthouse-signature': '00' },
    })
    expect(me.body.data?.me.role).toBe('AGENT')
    const flag = await world.ask(
      'mutation F { setFlag(input: { name: "expert-tier", state: DISABLED }) { name state } }',
    )
    expect(flag.body.errors?.[0]?.extensions?.['code']).toBe('FORBIDDEN')
    const admin = await world.ask<{ setFlag: { state: string } }>(
      'mutation F { setFlag(input: { name: "expert-tier", state: ENABLED }) { name state } }',
      { key: world.credentials.adminKey },
    )
    expect(admin.body.data?.setFlag.state).toBe('ENABLED')
  })
})
