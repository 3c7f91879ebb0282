import { existsSync } from 'node:fs'

const bin = (name) => `node_modules/.bin/${name}`
const tsx = (script) => ['node', '--conditions=source', '--import', 'tsx', `scripts/${script}.ts`]

/**
 * What `npm run check` runs, in this order; each is a list of commands that must all exit with 0. `reproduce` is what a
 * reader types to see that step alone.
 */
export const CHECK_STEPS = [
  {
    name: 'boundaries',
    commands: () => [[bin('turbo'), 'boundaries', '--no-color']],
    fix: 'import only what your package declares and ARCHITECTURE.md "Direction" allows',
  },
  {
    name: 'format',
    commands: () => [[bin('biome'), 'format', '.']],
    fix: 'npm run format',
  },
  {
    name: 'lint',
    commands: () => [[bin('oxlint'), '--type-aware', '--deny-warnings', '--format=agent']],
    fix: 'see .oxlintrc.json for the rules and scripts/rules for our own',
  },
  {
    name: 'types',
    commands: () => [
      [bin('tsc'), '-b'],
      [bin('tsc'), '-p', 'tsconfig.test.json'],
      ...(existsSync('web/tsconfig.json') ? [[bin('tsc'), '-p', 'web/tsconfig.json', '--noEmit']] : []),
    ],
    fix: 'types are checked in sources, tests, benches, scripts and the console',
  },
  {
    name: 'knip',
    commands: () => [[bin('knip'), '--no-progress']],
    fix: 'delete what nobody uses, or declare in package.json what you import',
  },
  {
    name: 'docs',
    commands: () => [tsx('check-docs')],
    fix: 'npm run docs writes the generated pages; the rest is yours to write',
  },
  {
    name: 'walk',
    commands: () => [tsx('check-walk')],
    fix: "ARCHITECTURE.md's walk, contract/src/stops.ts and the code tell one story",
  },
]
