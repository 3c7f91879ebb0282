import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'vitest'
import { isInstalled } from '../prepare.mjs'

type Packages = Record<string, object>

async function installed(want: Packages, have?: Packages): Promise<boolean> {
  const root = await mkdtemp(join(tmpdir(), 'prepare-'))
  try {
    await writeFile(join(root, 'package-lock.json'), JSON.stringify({ packages: want }))
    if (have !== undefined) {
      await mkdir(join(root, 'node_modules'))
      await writeFile(join(root, 'node_modules/.package-lock.json'), JSON.stringify({ packages: have }))
    }
    return isInstalled(root)
  } finally {
    await rm(root, { recursive: true, force: true })
  }
}

const graphql = (version: string) => ({ 'node_modules/graphql': { version } })

describe('what is installed', () => {
  it('is nothing on a fresh clone', async ({ expect }) => {
    expect(await installed(graphql('16.15.0'))).toBe(false)
  })

  it('is complete when every version is the one of the lockfile', async ({ expect }) => {
    const want = { '': {}, contract: { version: '0.1.0' }, ...graphql('16.15.0') }
    expect(await installed(want, graphql('16.15.0'))).toBe(true)
    expect(await installed(want, graphql('16.14.0'))).toBe(false)
    expect(await installed({ ...want, 'node_modules/ws': { version: '8.0.0' } }, graphql('16.15.0'))).toBe(
      false,
    )
  })

  it('is complete without what other platforms need', async ({ expect }) => {
    const want = { 'node_modules/@esbuild/win32-x64': { version: '0.25.0', optional: true } }
    expect(await installed(want, {})).toBe(true)
  })
})
