import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { lighthouse } from './lighthouse.js'

const BEFORE = 'type Query { me: User! user(id: ID!): User } type User { id: ID! name: String! nick: String }'
const WITHIN_MS = 60_000

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lighthouse-compose-'))
  await lighthouse(['compose', await subgraph(BEFORE), '--out', path('before.graphql')])
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const path = (name: string) => join(folder, name)

async function subgraph(sdl: string): Promise<string> {
  await writeFile(path('users.graphql'), sdl)
  return `users=${path('users.graphql')},http://127.0.0.1:4001/graphql`
}

async function composed(sdl: string, ...flags: string[]) {
  await rm(path('out.graphql'), { force: true })
  const ran = await lighthouse([
    'compose',
    await subgraph(sdl),
    '--out',
    path('out.graphql'),
    '--json',
    ...flags,
  ])
  const written = await readFile(path('out.graphql'), 'utf8').catch(() => undefined)
  const { error } = JSON.parse(ran.stdout) as { error?: { code: string; message: string } }
  return { ...ran, error, isWritten: written !== undefined }
}

describe('lighthouse compose', () => {
  it(
    '[P-113] writes nothing when the change breaks clients of the supergraph before, and says what breaks them',
    async ({ expect }) => {
      const against = ['--against', path('before.graphql')]
      const grown = await composed(`${BEFORE} extend type User { mail: String }`, ...against)
      expect(grown).toMatchObject({ code: 0, isWritten: true })

      const broken =
        'type Query { me: User user(id: ID!, org: ID!): User } type User { id: ID! name: String }'
      const refused = await composed(broken, ...against)
      expect(refused).toMatchObject({ code: 1, isWritten: false, error: { code: 'BREAKING_CHANGE' } })
      for (const what of ['User.nick was removed', 'User.name changed type', 'org on Query.user was added'])
        expect(refused.error?.message).toContain(what)

      const allowed = await composed(broken, ...against, '--allow-breaking')
      expect(allowed).toMatchObject({ code: 0, isWritten: true })
      expect(allowed.stderr).toContain('breaks clients: User.nick was removed.')
    },
    WITHIN_MS,
  )

  it(
    '[P-113] writes nothing when a published document is not valid any more',
    async ({ expect }) => {
      const manifest = path('operations.json')
      await writeFile(manifest, JSON.stringify({ nick: 'query Nick { me { nick } }' }))
      const used = await composed(BEFORE.replace('nick: String', ''), '--operations', manifest)
      expect(used).toMatchObject({
        code: 1,
        isWritten: false,
        error: {
          code: 'GRAPHQL_VALIDATION_FAILED',
          message: expect.stringContaining('nick: Cannot query field "nick"'),
        },
      })
      const unused = await composed(BEFORE.replace('user(id: ID!): User', ''), '--operations', manifest)
      expect(unused).toMatchObject({ code: 0, isWritten: true })
    },
    WITHIN_MS,
  )

  it(
    'refuses to compare with what is no supergraph',
    async ({ expect }) => {
      const refused = await composed(BEFORE, '--against', path('users.graphql'))
      expect(refused).toMatchObject({ code: 1, isWritten: false, error: { code: 'BAD_USAGE' } })
    },
    WITHIN_MS,
  )
})
