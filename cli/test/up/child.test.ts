import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, it } from 'vitest'
import { childOf } from '../../src/up/child.js'

const ALWAYS_MS = 10_000

/** A shell that says when it stands, and takes no SIGTERM. */
function deaf(script: string) {
  const args = ['-c', `trap '' TERM; echo up; ${script}`]
  return spawn('/bin/sh', args, { stdio: ['pipe', 'pipe', 'ignore'] })
}

describe('a child process', () => {
  it('is asked to end', async ({ expect }) => {
    const started = spawn('/bin/sleep', ['60'], { stdio: 'ignore' })
    await childOf(started, ALWAYS_MS)[Symbol.asyncDispose]()
    expect(started.signalCode).toBe('SIGTERM')
  })

  it('hears that its pipe ended', async ({ expect }) => {
    const started = deaf('read line')
    await once(started.stdout, 'data')
    await childOf(started, ALWAYS_MS)[Symbol.asyncDispose]()
    expect([started.exitCode, started.signalCode]).toEqual([1, null])
  })

  it('is killed when it does not end in time', async ({ expect }) => {
    const started = deaf('while :; do sleep 1; done')
    await once(started.stdout, 'data')
    await childOf(started, 50)[Symbol.asyncDispose]()
    expect(started.signalCode).toBe('SIGKILL')
  })

  it('that could not be started has ended', async () => {
    const child = childOf(spawn('/nonexistent/program', { stdio: 'ignore' }), ALWAYS_MS)
    await child.exited
    await child[Symbol.asyncDispose]()
  })
})
