import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { compose } from '@lighthouse/gateway/main'
import { afterAll, beforeAll, describe, it, vi } from 'vitest'
import { LIGHTHOUSE, lighthouse } from './lighthouse.js'

const WITHIN_MS = 60_000
const TYPE = 'query Type { __typename }'
const OTHER = 'query Other { kind: __typename }'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lighthouse-operations-'))
  const supergraph = compose([{ name: 'a', sdl: 'type Query { a: Int }', url: 'http://127.0.0.1:1' }])
  await writeFile(join(folder, 'supergraph.graphql'), supergraph)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function written(name: string, content: unknown): Promise<string> {
  const file = join(folder, name)
  await writeFile(file, JSON.stringify(content))
  return file
}

const publish = (...args: string[]) => lighthouse(['operations', 'publish', ...args, '--json'])
const codeOf = (stdout: string) => (JSON.parse(stdout) as { error: { code: string } }).error.code

describe('lighthouse operations publish', () => {
  it(
    '[P-126] adds to what is published, and takes away only when told to',
    async ({ expect }) => {
      const operations = [{ id: 'type', name: 'Type', type: 'query', body: TYPE }]
      const apollo = await written('apollo.json', {
        format: 'apollo-persisted-query-manifest',
        version: 1,
        operations,
      })
      const plain = await written('plain.json', { other: OTHER })
      const file = join(folder, 'published.json')
      const first = await publish(apollo, '--file', file)
      expect(JSON.parse(first.stdout)).toEqual({ target: file, added: 1, known: 0, removed: 0, total: 1 })
      expect(JSON.parse((await publish(plain, '--file', file)).stdout)).toMatchObject({ added: 1, total: 2 })
      expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ type: TYPE, other: OTHER })
      const replaced = await publish(plain, '--file', file, '--replace')
      expect(JSON.parse(replaced.stdout)).toMatchObject({ added: 0, known: 1, removed: 1, total: 1 })
      await publish(plain, '--data-dir', folder)
      expect(JSON.parse(await readFile(join(folder, 'operations.json'), 'utf8'))).toEqual({ other: OTHER })
    },
    WITHIN_MS,
  )

  it(
    'publishes nothing when a document is wrong, or an id stands for another one',
    async ({ expect }) => {
      const file = join(folder, 'untouched.json')
      await writeFile(file, JSON.stringify({ type: TYPE }))
      const supergraph = join(folder, 'supergraph.graphql')
      const cases: [content: unknown, code: string, ...args: string[]][] = [
        [{ a: TYPE, b: '{' }, 'GRAPHQL_VALIDATION_FAILED'],
        [{ a: `${TYPE} ${OTHER}` }, 'GRAPHQL_VALIDATION_FAILED'],
        [{ a: '{ nope }' }, 'GRAPHQL_VALIDATION_FAILED', '--supergraph', supergraph],
        [{ type: OTHER }, 'VERSION_CONFLICT'],
        [{ a: 1 }, 'BAD_USAGE'],
      ]
      for (const [content, code, ...args] of cases) {
        const ran = await publish(await written('wrong.json', content), '--file', file, ...args)
        expect([content, ran.code, codeOf(ran.stdout)]).toEqual([content, 1, code])
      }
      const missing = await publish(join(folder, 'nowhere.json'), '--file', file)
      expect(codeOf(missing.stdout)).toBe('BAD_USAGE')
      await publish(await written('right.json', { new: TYPE }), '--file', file, '--dry-run')
      expect(JSON.parse(await readFile(file, 'utf8'))).toEqual({ type: TYPE })
    },
    WITHIN_MS,
  )

  it(
    '[P-126] reaches a gateway that runs',
    async ({ expect }) => {
      const file = await written('live.json', { type: TYPE })
      const flags = ['--supergraph', join(folder, 'supergraph.graphql'), '--port', '0', '--json']
      const trusted = ['--operations', file, '--operations-mode', 'enforce', '--max-depth', '3']
      const gateway = spawn(process.execPath, [...LIGHTHOUSE, 'gateway', ...flags, ...trusted])
      try {
        const [line] = (await once(createInterface(gateway.stdout), 'line')) as [string]
        const { graphql } = JSON.parse(line) as { graphql: string }
        const ask = async (documentId: string) => (await fetch(`${graphql}?documentId=${documentId}`)).json()
        expect(await ask('type')).toEqual({ data: { __typename: 'Query' } })
        expect(await ask('other')).toMatchObject({
          errors: [{ extensions: { code: 'PERSISTED_QUERY_NOT_IN_LIST' } }],
        })
        await publish(await written('more.json', { other: OTHER }), '--file', file)
        await vi.waitFor(async () => expect(await ask('other')).toEqual({ data: { kind: 'Query' } }), 20_000)
      } finally {
        gateway.kill()
        await once(gateway, 'exit')
      }
    },
    WITHIN_MS,
  )
})
