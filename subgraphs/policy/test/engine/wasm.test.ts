import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, it } from 'vitest'

const POLICIES = new URL('../../../../policies/', import.meta.url)

describe('the committed policy', () => {
  it('is the wasm that was built from the committed Rego', async ({ expect }) => {
    const build = (await import(fileURLToPath(new URL('build.mjs', POLICIES)))) as {
      sourceDigest: () => string
    }
    const [source, wasm] = readFileSync(new URL('guard.digest', POLICIES), 'utf8').trim().split(' ')
    const built = createHash('sha256')
      .update(readFileSync(new URL('guard.wasm', POLICIES)))
      .digest('hex')
    expect(build.sourceDigest()).toBe(source)
    expect(built).toBe(wasm)
  })
})
