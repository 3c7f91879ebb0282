import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, it } from 'vitest'
import { fakeGraph } from './fake-graph.js'
import { mounted, node } from './mounted.js'

/** `cat` on the stream, its lines as they come. */
function follow(mountpoint: string, program: readonly string[] = ['cat']) {
  const [name = 'cat', ...args] = program
  const child = spawn(name, [...args, join(mountpoint, 'events/stream.jsonl')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const lines: number[] = []
  createInterface({ input: child.stdout }).on('line', (line) => {
    lines.push((JSON.parse(line) as { sequence: number }).sequence)
  })
  return { child, lines }
}

/** Resolves when the mount counts this many waiting readers: then each stream has its cursor. */
async function waitingReaders(mountpoint: string, count: number): Promise<void> {
  for (;;) {
    const status = JSON.parse(await readFile(join(mountpoint, 'status.json'), 'utf8')) as {
      waitingReaders: number
    }
    if (status.waitingReaders >= count) return
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

describe('events', () => {
  it('[P-088] blocks until events come and gives each reader all of them from its own cursor', async ({
    expect,
  }) => {
    await using graph = await fakeGraph()
    await using mount = await mounted(graph)
    graph.append()
    await expect.poll(async () => await readFile(join(mount.at, 'events/cursor'), 'utf8')).toBe('1 1\n')
    const first = follow(mount.at)
    await waitingReaders(mount.at, 1)
    graph.append()
    await expect.poll(() => first.lines).toEqual([2])
    const second = follow(mount.at, ['grep', '--line-buffered', 'CUSTOM'])
    await waitingReaders(mount.at, 2)
    await new Promise((resolve) => setTimeout(resolve, 1_500)) // two slices: EINTR must not end a reader
    for (let i = 0; i < 500; i++) graph.append()
    await expect.poll(() => first.lines.length, { timeout: 5_000 }).toBe(501)
    await expect.poll(() => second.lines.length, { timeout: 5_000 }).toBe(500)
    expect(first.lines).toEqual(Array.from({ length: 501 }, (_, i) => i + 2))
    first.child.kill('SIGINT')
    second.child.kill('SIGINT')
  })

  it('replays after a sequence, a page at a time', async ({ expect }) => {
    await using graph = await fakeGraph()
    await using mount = await mounted(graph)
    for (let i = 0; i < 5; i++) graph.append()
    const text = await readFile(join(mount.at, 'events/from/2.jsonl'), 'utf8')
    expect(
      text
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { sequence: number }).sequence),
    ).toEqual([3, 4, 5])
    expect(await readFile(join(mount.at, 'events/from/5.jsonl'), 'utf8')).toBe('')
  })

  it('[P-012] loses and repeats nothing when the gateway goes away and comes back', async ({ expect }) => {
    const log: { sequence: number; type: string }[] = []
    let graph = await fakeGraph(0, log)
    await using mount = await mounted(graph)
    try {
      const reader = follow(mount.at)
      await waitingReaders(mount.at, 1)
      graph.append()
      await expect.poll(() => reader.lines).toEqual([1])
      const { port } = graph
      await graph[Symbol.asyncDispose]()
      for (let i = 0; i < 3; i++) log.push({ sequence: log.length + 1, type: 'CUSTOM' })
      graph = await fakeGraph(port, log)
      graph.append()
      await expect.poll(() => reader.lines, { timeout: 15_000 }).toEqual([1, 2, 3, 4, 5])
      reader.child.kill('SIGINT')
    } finally {
      await graph[Symbol.asyncDispose]()
    }
  })

  it('[P-089] stays up without a gateway: status is readable, writes are EHOSTDOWN, node sees it too', async ({
    expect,
  }) => {
    const graph = await fakeGraph()
    await using mount = await mounted(graph)
    await graph[Symbol.asyncDispose]()
    const ran = await node(
      `
const fs = require('node:fs'), m = process.argv[1]
const fd = fs.openSync(m + '/validate/rpc', 'r+')
try { fs.writeSync(fd, '{"toolName":"Bash","toolInput":{"command":"ls"}}\\n'); console.log('taken') }
catch (error) { console.log(error.code ?? error.errno) }
console.log(JSON.parse(fs.readFileSync(m + '/status.json', 'utf8')).gateway)
try { fs.readFileSync(m + '/metrics/ops/Validate/p50'); console.log('read') } catch (error) { console.log(error.code ?? error.errno) }`,
      mount.at,
    )
    expect(ran.stdout).toBe('EHOSTDOWN\ndown\nEHOSTDOWN\n')
  })
})

describe('the daemon', () => {
  it('[P-081] takes away the mount that a killed daemon left, and mounts again, 20 times of 20', async ({
    expect,
  }) => {
    await using graph = await fakeGraph()
    await using mount = await mounted(graph)
    for (let i = 0; i < 20; i++) {
      await mount.kill()
      await expect(readFile(join(mount.at, 'status.json'))).rejects.toMatchObject({ code: 'ENOTCONN' })
      await mount.remount()
      expect(JSON.parse(await readFile(join(mount.at, 'status.json'), 'utf8'))).toHaveProperty('gateway')
    }
  }, 90_000)

  it('[P-081] unmounts on SIGTERM even while a reader waits', async ({ expect }) => {
    await using graph = await fakeGraph()
    await using mount = await mounted(graph)
    const reader = follow(mount.at)
    await waitingReaders(mount.at, 1)
    const readerEnded = new Promise((resolve) => reader.child.once('exit', resolve))
    const ended = new Promise((resolve) => mount.daemon.once('exit', resolve))
    mount.daemon.kill('SIGTERM')
    expect(await ended).toBe(0)
    await readerEnded
    expect(await readFile('/proc/self/mounts', 'utf8')).not.toContain(mount.at)
  })
})
