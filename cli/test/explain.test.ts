import { describe, it } from 'vitest'
import { fakeGateway, lighthouse } from './lighthouse.js'

const WITHIN_MS = 30_000

interface Explained {
  readonly source: string
  readonly decision: string
  readonly effects: readonly { readonly kind: string; readonly target: string }[]
  readonly rules: readonly { readonly id: string; readonly span: unknown }[]
  readonly tiers: readonly { readonly tier: string }[]
}

describe('lighthouse explain', () => {
  it(
    '[P-046] explains by the shipped policies when no instance runs, as JSON and for people',
    async ({ expect }) => {
      const args = ['explain', 'ls src; rm -rf /etc', '--cwd', '/home/dev/project']
      const [json, page] = await Promise.all([lighthouse([...args, '--json']), lighthouse(args)])
      expect([json.code, page.code]).toEqual([0, 0])
      expect(json.stderr).toContain('No instance runs')
      const found = JSON.parse(json.stdout) as Explained
      expect(found).toMatchObject({ source: 'shipped-policies', decision: 'BLOCK' })
      expect(found.effects).toContainEqual(
        expect.objectContaining({ kind: 'filesystem/delete', target: '/etc', recursive: true }),
      )
      expect(found.rules[0]?.span).toEqual({ start: 8, end: 19 })
      expect(found.tiers.map(({ tier }) => tier)).toEqual(['MEMORY', 'POLICY', 'PATTERN', 'REDIS', 'EXPERT'])
      expect(page.stdout).toContain('  ls src; rm -rf /etc\n          ^^^^^^^^^^^\n')
      for (const title of ['Rules', 'Effects', 'Tiers', 'Another decision', 'Parsed'])
        expect(page.stdout).toContain(`\n${title}\n`)
    },
    WITHIN_MS,
  )

  it(
    'asks the instance when there is one, and says what it says',
    async ({ expect }) => {
      const explanation = { decision: 'ALLOW', effects: [], rules: [], tiers: [], changes: [], tree: null }
      await using gateway = await fakeGateway(() => ({ data: { explain: explanation } }))
      const ran = await lighthouse(['explain', 'ls', '--json'], { env: gateway.env })
      expect(ran.code).toBe(0)
      expect(JSON.parse(ran.stdout)).toEqual({ source: 'instance', ...explanation })
      expect(gateway.asked[0]?.variables).toMatchObject({
        input: { toolName: 'Bash', toolInput: { command: 'ls' } },
      })
    },
    WITHIN_MS,
  )

  it(
    'ends with 1 when the instance that was named cannot be reached',
    async ({ expect }) => {
      const env = { LIGHTHOUSE_URL: 'http://127.0.0.1:1/graphql', LIGHTHOUSE_KEY: 'key' }
      const ran = await lighthouse(['explain', 'ls'], { env })
      expect([ran.code, ran.stdout]).toEqual([1, ''])
      expect(ran.stderr).toMatch(/^lighthouse: .+\n$/)
    },
    WITHIN_MS,
  )
})
