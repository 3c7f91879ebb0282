import { describe, it } from 'vitest'
import { startDemo } from '../src/demo.js'
import { demoShots } from '../src/demo-shots.js'
import { seededRandom } from '../src/random.js'
import { decide, smallServer } from './small-server.js'

describe('demo', () => {
  it('sends many named operations until it is disposed, and nothing after', async ({ expect }) => {
    await using server = await smallServer((_, response) => decide(response, 'ALLOW'))
    const names = () => new Set(server.received.map(({ body }) => body.operationName))
    const demo = startDemo({ url: server.url, key: 'k', ratePerSecond: 400, seed: 2 })
    await expect.poll(() => names().size, { timeout: 5_000 }).toBeGreaterThan(6)
    await demo[Symbol.asyncDispose]()
    const { sent, failed } = demo.counts()
    const received = server.received.length
    expect(failed).toBe(0)
    expect(sent).toBeGreaterThanOrEqual(received)
    expect(server.received[0]?.headers['x-lighthouse-client']).toMatch(/^lighthouse-demo\//)
    expect(names()).toContain('ValidateCommand')
  })

  it('outlives a server that is not there: counts the failures and throws nothing', async ({ expect }) => {
    await using demo = startDemo({ url: 'http://127.0.0.1:1/graphql', key: undefined, ratePerSecond: 400 })
    await expect.poll(() => demo.counts().failed, { timeout: 5_000 }).toBeGreaterThan(5)
    expect(Object.keys(demo.failures()).every((name) => name.endsWith('ECONNREFUSED'))).toBe(true)
  })

  it('[P-104] draws the same operations for the same seed', ({ expect }) => {
    const draw = (seed: number) => {
      const shots = demoShots(seededRandom(seed))
      return Array.from({ length: 100 }, () => shots('s').body)
    }
    expect(draw(1)).toEqual(draw(1))
    expect(draw(1)).not.toEqual(draw(2))
  })
})
