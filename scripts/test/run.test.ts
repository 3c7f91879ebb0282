import { describe, it } from 'vitest'
import { run } from '../run.mjs'

const node = (code: string) => [process.execPath, '-e', code]

describe('run', () => {
  it('answers the exit code and both outputs', async ({ expect }) => {
    const seen: string[] = []
    const done = await run(node("console.log('out'); console.error('err'); process.exitCode = 3"), {
      onOutput: (text: string) => seen.push(text),
    })
    expect(done.code).toBe(3)
    expect(done.output).toContain('out')
    expect(done.output).toContain('err')
    expect(seen.join('')).toBe(done.output)
  })

  it('answers 127 for a command that does not exist', async ({ expect }) => {
    const done = await run(['/does/not/exist'])
    expect(done).toMatchObject({ code: 127 })
    expect(done.output).toContain('could not be started')
  })

  it('ends a command that takes too long, and what it started', async ({ expect }) => {
    const parent = `require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e3)'], { stdio: 'inherit' })`
    const done = await run(node(`${parent}; setInterval(() => {}, 1e3)`), { limitMs: 300 })
    expect(done.code).toBe(124)
    expect(done.output).toContain('took longer than 300 ms')
  })
})
