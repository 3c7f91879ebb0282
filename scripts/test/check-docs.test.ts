import { describe, it } from 'vitest'
import {
  commands,
  config,
  generated,
  glossary,
  links,
  maps,
  promises,
  readmes,
  requiredFiles,
} from '../docs/checks.js'
import { renderErrors } from '../docs/errors.js'
import { renderPromises } from '../docs/promises.js'
import { renderSchema } from '../docs/schema.js'
import { repositoryOf } from './repository.js'

describe('check-docs', () => {
  it('names each document that is missing', ({ expect }) => {
    expect(requiredFiles(repositoryOf({ 'README.md': '' }))).toContain('ARCHITECTURE.md is missing.')
    expect(requiredFiles(repositoryOf({ 'README.md': '' }))).not.toContain('README.md is missing.')
  })

  it('refuses a README of more than 150 lines and a package without one', ({ expect }) => {
    expect(readmes(repositoryOf({ 'README.md': 'line\n'.repeat(150) }))).toEqual([])
    expect(readmes(repositoryOf({ 'README.md': 'line\n'.repeat(151) }))).toHaveLength(1)
    expect(readmes(repositoryOf({ 'subgraphs/policy/package.json': '{}' }))[0]).toContain(
      'subgraphs/policy/README.md is missing',
    )
    expect(readmes(repositoryOf({ 'gateway/package.json': '{}', 'gateway/README.md': '' }))).toEqual([])
  })

  it('follows relative links from where they stand, and only those', ({ expect }) => {
    const good = 'See [a](../a.md#part), [b](https://example.org/x), `[c](c.md)`, [d](#here).\n'
    expect(links(repositoryOf({ 'a.md': '', 'docs/x.md': good }))).toEqual([])
    expect(links(repositoryOf({ 'docs/x.md': '[a](a.md)' }))).toEqual([
      'docs/x.md links to a.md, which does not exist.',
    ])
  })

  it('follows the paths of the maps for people, up to a placeholder', ({ expect }) => {
    const text = (path: string) =>
      `## Where things go\n\n| to | look in |\n| --- | --- |\n| add a tier | \`${path}\` |\n`
    const source = { 'subgraphs/validation/src/tiers/memory.ts': '' }
    const check = (path: string) => maps(repositoryOf({ ...source, 'CONTRIBUTING.md': text(path) }))
    expect(check('subgraphs/validation/src/tiers/<tier>.ts')).toEqual([])
    expect(check('subgraphs/validation/src/tiers/memory.ts')).toEqual([])
    expect(check('npm run docs')).toEqual([])
    expect(check('subgraphs/validation/src/steps/<step>.ts')).toHaveLength(1)
    expect(check('subgraphs/validation/src/tiers/redis.ts')).toHaveLength(1)
    expect(maps(repositoryOf({ 'CONTRIBUTING.md': '# Contributing' }))).toHaveLength(1)
  })

  it('knows the scripts that documents tell people to run', ({ expect }) => {
    const source = {
      'package.json': JSON.stringify({ scripts: { check: '' } }),
      'gateway/package.json': JSON.stringify({ scripts: { bench: '' } }),
    }
    const check = (text: string) => commands(repositoryOf({ ...source, 'docs/x.md': text }))
    expect(check('`npm run check -- --all`, `npm run bench -w gateway`, `npm start`')).toEqual([])
    expect(check('`npm run bench`')).toEqual(['docs/x.md says npm run bench, which package.json lacks.'])
    expect(check('`npm run check -w gateway`')).toHaveLength(1)
  })

  it('refuses a glossary entry of more than 25 words', ({ expect }) => {
    const text = (words: number) =>
      `## Glossary\n\n| term | meaning |\n| --- | --- |\n| stop | ${'word '.repeat(words)}|\n`
    expect(glossary(repositoryOf({ 'ARCHITECTURE.md': text(25) }))).toEqual([])
    expect(glossary(repositoryOf({ 'ARCHITECTURE.md': text(26) }))).toHaveLength(1)
  })

  it('compares promises with titles both ways', ({ expect }) => {
    const table = (rows: string) => `| id | promise | proof |\n| --- | --- | --- |\n${rows}`
    const proof = { 'gateway/test/plan.test.ts': "it('[P-110] plans')" }
    const check = (rows: string) => promises(repositoryOf({ ...proof, 'docs/promises.md': table(rows) }))
    expect(check('| P-110 | One query | `gateway/test/plan.test.ts` |')).toEqual([])
    expect(check('')).toEqual(['docs/promises.md lacks P-110, which gateway/test/plan.test.ts proves.'])
    expect(check('| P-110 | One query | `gateway/test/other.test.ts` |')).toHaveLength(2)
    expect(check('| P-110 | One query | |')).toEqual(['docs/promises.md P-110 names no proof.'])
    expect(check('| P-110 | | `gateway/test/plan.test.ts` |')).toEqual([
      'docs/promises.md does not say what P-110 promises.',
    ])
    const two = '| P-110 | a | `gateway/test/plan.test.ts` |\n| P-001 | b | `gateway/test/plan.test.ts` |'
    expect(check(two)).toEqual([
      'docs/promises.md P-001 names gateway/test/plan.test.ts, which has no title with [P-001].',
    ])
  })

  it('fills in the proofs of promises and leaves what they say alone', ({ expect }) => {
    const text = '# Promises\n\n| id | promise | proof |\n| --- | --- | --- |\n| P-110 | One query | old |\n'
    const titles = "it('[P-001] keeps'); it('[P-021] [P-110] plans'); // not [P-002]"
    const page = renderPromises(
      repositoryOf({ 'docs/promises.md': text, 'gateway/test/plan.test.ts': titles }),
    )
    const proof = '[gateway/test/plan.test.ts](../gateway/test/plan.test.ts)'
    expect(page.split('\n').slice(4)).toEqual([
      `| P-001 |  | ${proof} |`,
      `| P-021 |  | ${proof} |`,
      `| P-110 | One query | ${proof} |`,
      '',
    ])
  })

  it('compares the settings page with what config.ts files read, both ways', ({ expect }) => {
    const page = (name: string) => `| variable | default |\n| --- | --- |\n| \`${name}\` | x |\n`
    const source = { 'gateway/src/config.ts': "const a = env['LIGHTHOUSE_URL']" }
    const check = (name: string) =>
      config(repositoryOf({ ...source, 'docs/reference/config.md': page(name) }))
    expect(check('LIGHTHOUSE_URL')).toEqual([])
    expect(check('LIGHTHOUSE_OTHER')).toHaveLength(2)
  })

  it('compares generated pages letter by letter', ({ expect }) => {
    const check = generated([{ path: 'docs/a.md', text: 'a\n' }])
    expect(check(repositoryOf({ 'docs/a.md': 'a\n' }))).toEqual([])
    expect(check(repositoryOf({ 'docs/a.md': 'a' }))).toHaveLength(1)
    expect(check(repositoryOf({}))).toHaveLength(1)
  })
})

describe('generated pages', () => {
  it('give every error code with its status and meaning', ({ expect }) => {
    expect(renderErrors()).toContain(
      '| `RATE_LIMITED` | 429 | yes | Too many requests; try after Retry-After. |',
    )
  })

  it('give types, fields, arguments, defaults and descriptions of a schema', ({ expect }) => {
    const sdl = `"Any | value." scalar JSON
      type Query { "All of them." events(first: Int = 10): [Event!]! }
      type Event @key(fields: "id") { id: ID! }
      enum Kind { A B }
      input Filter { "Which." id: ID! = 1 }`
    const text = renderSchema([{ name: 'events', path: 'subgraphs/events/schema.graphql', sdl }])
    expect(text).toContain('| `events(first: Int = 10)` | `[Event!]!` | All of them. |')
    expect(text).toContain('### Event @key(fields: "id")')
    expect(text).toContain('`A` · `B`')
    expect(text).toContain('| `id` | `ID! = 1` | Which. |')
    expect(text).toContain('Any \\| value.')
  })
})
