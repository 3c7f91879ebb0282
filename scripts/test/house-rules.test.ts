import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, it } from 'vitest'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

interface Sample {
  readonly rule: string
  readonly because: string
  readonly bad: Readonly<Record<string, string>>
  readonly good: Readonly<Record<string, string>>
}

/** Paths are those of a repository; each sample is linted alone with its rule. */
const SAMPLES: readonly Sample[] = [
  {
    rule: 'file-name',
    because: 'a name that says a kind, or is not kebab-case',
    bad: {
      'gateway/src/utils/read.ts': '',
      'gateway/src/helpers.ts': '',
      'gateway/src/cache-manager.ts': '',
      'gateway/src/receiveRequest.ts': '',
      'gateway/src/Fetch/merge.ts': '',
    },
    good: {
      'gateway/src/receive.ts': '',
      'contract/src/event-types.ts': '',
      'gateway/test/fetch.clickhouse.test.ts': '',
    },
  },
  {
    rule: 'import-file',
    because: 'an import of a folder, a barrel, or out of the package',
    bad: {
      'gateway/src/a.ts': "import './fetch'",
      'gateway/src/b.ts': "export * from './fetch/index.js'",
      'gateway/src/c.ts': "import '../../contract/src/stops.js'",
      'subgraphs/policy/src/d.ts': "await import('../../events/src/append.js')",
    },
    good: {
      'gateway/src/e.ts': "import './fetch/fetch.js'",
      'gateway/test/f.test.ts': "import '../src/fetch/fetch.js'",
      'subgraphs/policy/src/flags/g.ts': "import '../engine/pack.js'",
      'scripts/test/h.test.ts': "import '../check-steps.mjs'",
    },
  },
  {
    rule: 'direction',
    because: 'an import against the direction',
    bad: {
      'contract/src/a.ts': "import '@lighthouse/client/submit'",
      'gateway/src/b.ts': "import '@lighthouse/analytics/store/store'",
      'subgraphs/events/src/c.ts': "export * from '@lighthouse/policy/engine/pack'",
      'subgraphs/validation/src/d.ts': "import '@lighthouse/policy/flags/flags'",
      'web/src/e.ts': "await import('@lighthouse/client/submit')",
      'gateway/src/f.ts': "import '@lighthouse/gateway/plan'",
    },
    good: {
      'gateway/src/g.ts': "import '@lighthouse/analytics/recorder/record'",
      'subgraphs/validation/src/h.ts': "import '@lighthouse/policy/engine/evaluate'",
      'e2e/world.ts': "import '@lighthouse/gateway/main'",
      'cli/src/up.ts': "import '@lighthouse/events/registry/registry'",
      'loadtest/src/i.ts': "import '@lighthouse/analytics/judge/compare'",
    },
  },
  {
    rule: 'function-length',
    because: 'a function of more than 60 lines of its own',
    bad: {
      'gateway/src/a.ts': `export function a() {\n${'  a()\n'.repeat(59)}}`,
      'gateway/src/b.ts': `export const b = () => {\n  function inner() {\n${'    b()\n'.repeat(80)}  }\n  inner()\n}`,
    },
    good: {
      'gateway/src/c.ts': `export function c() {\n${'  c()\n'.repeat(58)}  // why\n\n}`,
      'gateway/src/d.ts': `export function d() {\n  return {\n${'    d() {\n      d()\n    },\n'.repeat(25)}  }\n}`,
      'gateway/test/e.test.ts': `export function e() {\n${'  e()\n'.repeat(80)}}`,
    },
  },
  {
    rule: 'parameters',
    because: 'a function of ours with more than four parameters',
    bad: {
      'gateway/src/a.ts': 'export function a(b: 1, c: 1, d: 1, e: 1, f: 1) {}',
      'gateway/src/b.ts': 'export const b = (c: 1, d: 1, e: 1, f: 1, g: 1) => c',
      'gateway/src/shape/c.ts': 'export function c(d: 1, e: 1, f: 1, g: 1, h: 1, i: 1, j: 1) {}',
    },
    good: {
      'gateway/src/d.ts': 'export function d(e: 1, f: 1, g: 1, h: 1) {}',
      'gateway/src/shape/e.ts': 'export function e(f: 1, g: 1, h: 1, i: 1, j: 1, k: 1) {}',
      'fuse/src/f.ts': 'export const f = { read(a: 1, b: 1, c: 1, d: 1, e: 1) {} }',
    },
  },
  {
    rule: 'env-in-config',
    because: 'the environment read outside config.ts',
    bad: {
      'gateway/src/a.ts': 'export const port = process.env.PORT',
      'gateway/src/b.ts': "export const all = process['env']",
    },
    good: {
      'gateway/src/config.ts': 'export const port = process.env.PORT',
      'gateway/test/c.test.ts': 'export const port = process.env.PORT',
      'gateway/src/d.ts': 'export const env = (config: { env: string }) => config.env',
    },
  },
  {
    rule: 'exit-in-main',
    because: 'a library that ends the process',
    bad: { 'gateway/src/a.ts': 'process.exit(1)' },
    good: {
      'gateway/src/main.ts': 'process.exit(1)',
      'cli/src/up.ts': 'process.exit(1)',
      'gateway/src/b.ts': 'process.exitCode = 1',
    },
  },
  {
    rule: 'redis-keys',
    because: 'a Redis key spelled outside the contract',
    bad: {
      'subgraphs/policy/src/a.ts': "export const key = 'lighthouse:v1:flags'",
      'subgraphs/policy/src/b.ts': 'export const key = (id: string) => `lighthouse:v1:decision:${id}`',
    },
    good: {
      'contract/src/redis-keys.ts': "export const key = 'lighthouse:v1:flags'",
      'subgraphs/policy/src/c.ts': "export const name = 'lighthouse'",
    },
  },
  {
    rule: 'sql-in-queries',
    because: 'SQL outside of queries and migrations',
    bad: {
      'gateway/src/a.ts': "export const sql = 'SELECT count() FROM obs.operations'",
      'analytics/src/subgraph/b.ts': 'export const sql = (t: string) => `INSERT INTO ${t} VALUES (1)`',
    },
    good: {
      'analytics/src/queries/latency.ts': "export const sql = 'SELECT count() FROM obs.operations'",
      'e2e/recorded/recorded.e2e.ts': "export const sql = 'SELECT count() FROM obs.operations'",
      'gateway/src/c.ts': "export const text = 'Select a file from the list'",
    },
  },
  {
    rule: 'step-order',
    because: 'a conductor that skips or swaps steps',
    bad: {
      'gateway/src/operate.ts':
        'receive(); plan(); admit(); fetch(); shape(); record()\ndeclare function receive(): void',
    },
    good: {
      'other/gateway/src/operate.ts': 'plan(); receive()',
      'subgraphs/events/src/append.ts': 'sequence(); log(); seal(); await write(); tail.publish(); seal()',
    },
  },
  {
    rule: 'test-title',
    because: 'a title that wishes, or hides its promise id',
    bad: {
      'gateway/test/a.test.ts': "it('should answer', () => {})",
      'gateway/test/b.test.ts': "it('answers within P-041', () => {})",
      'gateway/test/c.test.ts': "it.skip('[P-41] answers', () => {})",
    },
    good: {
      'gateway/test/d.test.ts': "it('[P-041] answers within 100 ms', () => {})",
      'gateway/test/e.test.ts': "it('answers', () => {})",
    },
  },
  {
    rule: 'test-honest',
    because: 'a global expect or a mock of our own',
    bad: {
      'gateway/test/a.test.ts': "import { expect, it } from 'vitest'",
      'gateway/test/b.test.ts': "vi.mock('../src/plan.js')",
      'gateway/test/c.test.ts': "vi.doMock('@lighthouse/contract/stops')",
    },
    good: {
      'gateway/test/d.test.ts': "import { it } from 'vitest'",
      'gateway/test/e.test.ts': "vi.spyOn(process, 'kill')",
    },
  },
]

/** A folder that `./fetch` can be resolved to, so that importing it is importing a folder. */
const EXTRA = { 'gateway/src/fetch/fetch.ts': 'export {}' }

async function lint(root: string, sample: Sample): Promise<string[]> {
  for (const [path, text] of Object.entries({ ...EXTRA, ...sample.bad, ...sample.good })) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), `${text}\nexport {}\n`)
  }
  const config = {
    plugins: [],
    jsPlugins: [join(ROOT, 'scripts/house-rules.mjs')],
    categories: { correctness: 'off' },
    rules: { [`house/${sample.rule}`]: 'error' },
  }
  await writeFile(join(root, '.oxlintrc.json'), JSON.stringify(config))
  const output = await new Promise<string>((resolve) => {
    const file = join(ROOT, 'node_modules/.bin/oxlint')
    execFile(file, ['--format=json'], { cwd: root }, (_error, stdout) => resolve(stdout))
  })
  const report = JSON.parse(output) as { diagnostics: { code: string; filename: string }[] }
  const wrong = report.diagnostics.filter((found) => found.code !== `house(${sample.rule})`)
  if (wrong.length > 0) throw new Error(JSON.stringify(wrong))
  return [...new Set(report.diagnostics.map((found) => found.filename.replaceAll('\\', '/')))].sort()
}

describe('house rules', () => {
  let root: string
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'house-rules-'))
  })
  afterAll(async () => {
    await rm(root, { recursive: true, force: true })
  })

  for (const sample of SAMPLES) {
    it(`${sample.rule} refuses ${sample.because}, and nothing else`, async ({ expect }) => {
      const found = await lint(join(root, sample.rule), sample)
      expect(found).toEqual(Object.keys(sample.bad).sort())
    })
  }
})
