import { existsSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { describe, it } from 'vitest'

const DIST = new URL('../dist/', import.meta.url)
/** P-118's share: what the first route may load, scripts and styles, gzip. */
const BUDGET_BYTES = 200_000

/** Scripts and styles that the first page asks for, with everything that they import statically. */
function firstRoute(): Set<string> {
  const page = readFileSync(new URL('index.html', DIST), 'utf8')
  const files = new Set<string>()
  const take = (name: string): void => {
    if (files.has(name)) return
    files.add(name)
    if (!name.endsWith('.js')) return
    const text = readFileSync(new URL(name, DIST), 'utf8')
    for (const [, found] of text.matchAll(/(?:^|[;}])import[^"'()]*?["']\.\/([^"']+\.js)["']/g)) {
      if (found !== undefined) take(`assets/${found}`)
    }
  }
  for (const [, found] of page.matchAll(/(?:src|href)="\/console\/([^"]+\.(?:js|css))"/g)) {
    if (found !== undefined) take(found)
  }
  return files
}

describe.skipIf(!existsSync(new URL('index.html', DIST)))('the built console', () => {
  it('loads its first route in at most 200 kB of scripts and styles', ({ expect }) => {
    const files = [...firstRoute()]
    expect(files.some((name) => name.endsWith('.css'))).toBe(true)
    expect(files.some((name) => name.startsWith('assets/') && name.endsWith('.js'))).toBe(true)
    const bytes = files.reduce((sum, name) => sum + gzipSync(readFileSync(new URL(name, DIST))).byteLength, 0)
    expect(bytes).toBeLessThanOrEqual(BUDGET_BYTES)
  })

  it('leaves the editor of GraphiQL out of the first route', ({ expect }) => {
    for (const name of firstRoute()) expect(name).not.toMatch(/graphiql|monaco/i)
  })
})
