import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'vitest'
import { eventually, startWorld } from '../world.js'

const alive = (pid: number) => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

describe('starting and stopping', () => {
  it('[P-120] is ready within 30 s, and leaves nothing behind but the data directory', async ({ expect }) => {
    const dataDir = await mkdtemp(join(tmpdir(), 'lighthouse-e2e-'))
    try {
      const world = await startWorld({ dataDir })
      expect(world.startMs).toBeLessThan(30_000)
      const children = await world.children('')
      expect(children.length).toBeGreaterThanOrEqual(2)
      for (const file of ['credentials.json', 'secrets.json', 'instance.json'])
        expect((await stat(join(dataDir, file))).mode & 0o777).toBe(0o600)

      await world[Symbol.asyncDispose]()
      for (const pid of [world.pid, ...children]) expect(alive(pid)).toBe(false)
      const left = await readdir(dataDir)
      expect(left).toContain('credentials.json')
      expect(left.filter((name) => name.endsWith('.sock') || name === 'instance.json')).toEqual([])
    } finally {
      await rm(dataDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 })
    }
  })

  it('[P-107] takes its children with it when the main process is killed', async ({ expect }) => {
    await using world = await startWorld()
    const children = await world.children('')
    await world.crash()
    await eventually(async () => (children.some(alive) ? undefined : true), { withinMs: 10_000 })
    expect(children.filter(alive)).toEqual([])
  })
})
