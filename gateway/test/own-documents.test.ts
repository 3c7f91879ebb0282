import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parse } from 'graphql'
import { describe, it } from 'vitest'
import { createDocumentLimiter } from '../src/limit.js'
import { DEFAULT_LIMITS } from '../src/limits.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** Texts in a source that are whole GraphQL operations, with constants of the same source put in. */
function documentsOf(source: string): string[] {
  const constants = new Map(
    [...source.matchAll(/const ([A-Z_]+) =\s*[`'"]([^`'"]*)[`'"]/g)].map(([, name = '', text = '']) => [
      name,
      text,
    ]),
  )
  return [...source.matchAll(/`\s*((?:query|mutation|subscription)\b[^`]*\{[^`]*\})\s*`/g)].map(
    ([, text = '']) =>
      text.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => constants.get(name) ?? `missing-${name}`),
  )
}

describe('the documents of the client, the console, the mount and the load generator', () => {
  for (const folder of ['client/src', 'web/src', 'fuse/src', 'loadtest/src', 'cli/src']) {
    it(`pass the default limits: ${folder}`, ({ expect }) => {
      const limiter = createDocumentLimiter(DEFAULT_LIMITS)
      const files = readdirSync(`${ROOT}${folder}`, { recursive: true, encoding: 'utf8' })
      const documents = files
        .filter((file) => /\.tsx?$/.test(file))
        .flatMap((file) => documentsOf(readFileSync(`${ROOT}${folder}/${file}`, 'utf8')))
      for (const text of documents) {
        expect(() => parse(text)).not.toThrow()
        expect(() => limiter(text, DEFAULT_LIMITS)).not.toThrow()
      }
      if (folder === 'client/src' || folder === 'web/src') expect(documents.length).toBeGreaterThan(2)
    })
  }
})
