import { describe, it } from 'vitest'
import { checkWalk } from '../docs/walk.js'
import { repositoryOf } from './repository.js'

const WALK = {
  stops: ['plan', 'memory'],
  files: { plan: 'gateway/src/plan.ts', memory: 'guard/src/tiers/memory.ts' },
}

const GOOD = {
  'ARCHITECTURE.md': `# A\n\n## The walk\n\n| stop | file | what |\n| --- | --- | --- |
| \`plan\` | \`gateway/src/plan.ts\` | Plans. |
| \`memory\` | \`guard/src/tiers/memory.ts\` | Remembers. |\n\n## Code map\n`,
  'gateway/src/plan.ts': 'export async function plan() {}',
  'gateway/src/operate.ts': "import { plan } from './plan.js'",
  'guard/src/tiers/memory.ts': 'export function createMemoryTier() {}',
  'cli/src/up.ts': "import { createMemoryTier } from '@lighthouse/guard/tiers/memory'",
}

const check = (over: Readonly<Record<string, string>>) => checkWalk(repositoryOf({ ...GOOD, ...over }), WALK)

describe('check-walk', () => {
  it('is content when the table, the contract and the code agree', ({ expect }) => {
    expect(check({})).toEqual([])
  })

  it('refuses a missing table, another order and another file', ({ expect }) => {
    expect(check({ 'ARCHITECTURE.md': '# A' })).toEqual(['ARCHITECTURE.md has no section "The walk".'])
    const rows = GOOD['ARCHITECTURE.md'].split('\n')
    const swapped = [...rows.slice(0, 6), rows[7], rows[6], ...rows.slice(8)].join('\n')
    expect(check({ 'ARCHITECTURE.md': swapped })[0]).toContain('walks memory → plan')
    const moved = GOOD['ARCHITECTURE.md'].replace('gateway/src/plan.ts', 'gateway/src/other.ts')
    expect(check({ 'ARCHITECTURE.md': moved })[0]).toContain('puts plan in gateway/src/other.ts')
  })

  it('refuses a stop without a file, without its symbol, or that nothing imports', ({ expect }) => {
    const { 'gateway/src/plan.ts': _, ...without } = GOOD
    expect(checkWalk(repositoryOf(without), WALK)[0]).toContain('gateway/src/plan.ts does not exist')
    expect(check({ 'gateway/src/plan.ts': 'export const other = 1' })[0]).toContain(
      'nothing that is named plan',
    )
    expect(check({ 'gateway/src/operate.ts': '' })[0]).toContain('nothing imports gateway/src/plan.ts')
  })

  it('does not take a test for a user of a stop', ({ expect }) => {
    const over = { 'gateway/src/operate.ts': '', 'gateway/test/plan.test.ts': "import '../src/plan.js'" }
    expect(check(over)).toHaveLength(1)
  })
})
