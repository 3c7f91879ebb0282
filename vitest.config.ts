import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

/** The suffix of a test says what must be running for it; each suffix is a project. */
const SERVICES = ['redis', 'clickhouse', 'fuse', 'opa'] as const

// graphql is a CommonJS and an ES module package in one. Node gives our dependencies the first, so we take it too: two
// copies in one process refuse each other's schemas.
const alias = [{ find: /^graphql$/, replacement: 'graphql/index.js' }]
const shared = {
  resolve: { conditions: ['source', 'node'], alias },
  ssr: { resolve: { conditions: ['source', 'node'], externalConditions: ['source', 'node'] } },
}
// The MCP client's event-stream parser offers its own TypeScript under the condition "source", which is ours too: Vite
// can read that, Node cannot.
const deps = { inline: [/sdk\/dist\/esm\/client\/streamableHttp/, /eventsource-parser/] }
const everywhere = ['*/test', 'subgraphs/*/test', 'scripts/test']
const named = (suffix: string) => everywhere.map((folder) => `${folder}/**/*.${suffix}.ts`)
const exclude = ['**/node_modules/**', '**/dist/**']

export default defineConfig({
  test: {
    projects: [
      {
        ...shared,
        test: {
          name: 'pure',
          server: { deps },
          // One process runs file after file: starting one for each takes longer than most files do.
          isolate: false,
          // Unless told so, it leaves a core to whoever looks at it: on two, all would wait for one.
          maxWorkers: availableParallelism(),
          // Only what hangs is ended: a machine under load may take its time.
          testTimeout: 20_000,
          include: named('test'),
          exclude: [
            ...exclude,
            ...SERVICES.map((service) => `**/*.${service}.test.ts`),
            '**/*.browser.test.ts',
          ],
        },
      },
      ...SERVICES.map((service) => ({
        ...shared,
        test: {
          name: service,
          include: named(`${service}.test`),
          exclude,
          // chDB must be alone in its process and segfaults in worker threads.
          pool: 'forks' as const,
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      })),
      {
        ...shared,
        test: {
          name: 'e2e',
          include: ['e2e/**/*.e2e.ts'],
          exclude,
          pool: 'forks' as const,
          fileParallelism: false,
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
