import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it, onTestFinished, vi } from 'vitest'
import { connectRedis } from '../src/redis.js'

function tempSocket(): string {
  const dir = mkdtempSync(join(tmpdir(), 'lighthouse-redis-'))
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }))
  return join(dir, 'redis.sock')
}

function startRedis(socketPath: string): ChildProcess {
  const flags = ['--port', '0', '--unixsocket', socketPath, '--save', '', '--appendonly', 'no']
  const server = spawn('redis-server', flags, { stdio: 'ignore' })
  onTestFinished(() => void server.kill('SIGKILL'))
  return server
}

async function stop(server: ChildProcess): Promise<void> {
  const exited = once(server, 'exit')
  server.kill('SIGKILL')
  await exited
}

describe('connectRedis', () => {
  it('[P-034] does without an absent server, fails fast, connects when it comes and again after a loss', async ({
    expect,
  }) => {
    const socketPath = tempSocket()
    await using redis = await connectRedis({ socketPath })
    expect(redis.ready).toBe(false)
    expect(redis.reason).toBeDefined()
    const start = performance.now()
    await expect(redis.client.get('a')).rejects.toThrow()
    expect(performance.now() - start).toBeLessThan(100)

    const server = startRedis(socketPath)
    await vi.waitFor(() => expect(redis.ready).toBe(true), { timeout: 10_000 })
    expect(await redis.client.set('a', 'b')).toBe('OK')
    expect(await redis.client.get('a')).toBe('b')
    expect(redis.reason).toBeUndefined()

    await stop(server)
    await vi.waitFor(() => expect(redis.ready).toBe(false), { timeout: 10_000 })
    await expect(redis.client.get('a')).rejects.toThrow()
    startRedis(socketPath)
    await vi.waitFor(() => expect(redis.ready).toBe(true), { timeout: 10_000 })
    expect(await redis.client.get('a')).toBeNull()
    expect(redis.counts).toEqual({ connects: 2, losses: 1 })
  })

  it('rejects a command that takes too long', async ({ expect }) => {
    const socketPath = tempSocket()
    const server = startRedis(socketPath)
    await using redis = await connectRedis({ socketPath, commandTimeoutMs: 50 })
    await vi.waitFor(() => expect(redis.ready).toBe(true), { timeout: 10_000 })
    server.kill('SIGSTOP')
    await expect(redis.client.get('a')).rejects.toThrow('timed out')
    server.kill('SIGCONT')
  })
})
