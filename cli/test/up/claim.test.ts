import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'vitest'
import { claimDataDir } from '../../src/up/claim.js'

let dataDir = ''
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'lighthouse-claim-'))
})
afterEach(async () => rm(dataDir, { recursive: true, force: true }))

describe('claimDataDir', () => {
  it('refuses a directory that a running process has, and says which process', async ({ expect }) => {
    const claim = await claimDataDir(dataDir)
    await expect(claimDataDir(dataDir)).rejects.toMatchObject({
      code: 'ALREADY_RUNNING',
      message: expect.stringContaining(`process ${process.pid}`) as string,
    })
    await claim[Symbol.asyncDispose]()
    expect(await readdir(dataDir)).toEqual([])
    await (await claimDataDir(dataDir))[Symbol.asyncDispose]()
  })

  for (const [name, text] of [
    ['a dead process', '{"pid":4194301}'],
    ['another process that got its pid', `{"pid":${process.pid},"startTicks":1}`],
    ['a crash while it was written', '{"pid":'],
  ] as const) {
    it(`takes over what ${name} left`, async ({ expect }) => {
      await writeFile(join(dataDir, 'up.lock'), text)
      const claim = await claimDataDir(dataDir)
      expect(await readdir(dataDir)).toEqual(['up.lock'])
      await claim[Symbol.asyncDispose]()
    })
  }

  it('lets exactly one of many win', async ({ expect }) => {
    const claims = await Promise.allSettled(Array.from({ length: 20 }, () => claimDataDir(dataDir)))
    expect(claims.filter(({ status }) => status === 'fulfilled').length).toBe(1)
  })

  it('says what to do when the directory cannot be made', async ({ expect }) => {
    await writeFile(join(dataDir, 'file'), '')
    await expect(claimDataDir(join(dataDir, 'file'))).rejects.toMatchObject({
      message: expect.stringContaining('--data-dir') as string,
    })
  })
})
