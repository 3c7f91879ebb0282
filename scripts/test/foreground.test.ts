import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, it } from 'vitest'

const MODULE = new URL('../foreground.mjs', import.meta.url).href

/** Runs `code` in node through foreground(), as npm start runs the command line. */
function start(code: string) {
  const outer = `import(${JSON.stringify(MODULE)}).then((m) => m.foreground([process.execPath, '-e', ${JSON.stringify(code)}]))`
  const child = spawn(process.execPath, ['-e', outer], { stdio: ['ignore', 'pipe', 'inherit'] })
  const lines: string[] = []
  child.stdout.setEncoding('utf8').on('data', (text: string) => lines.push(text))
  return { child, said: () => lines.join('') }
}

const SERVER = `process.on('SIGTERM', () => { console.log('closed'); process.exit(0) })
process.on('SIGINT', () => { console.log('interrupted'); process.exit(130) })
setInterval(() => {}, 1e3)
console.log('ready', process.pid)`

describe('a command in the foreground', () => {
  it('gives its exit code', async ({ expect }) => {
    const [code] = await once(start('process.exit(3)').child, 'exit')
    expect(code).toBe(3)
  })

  it('ends as a killed process does when a signal killed it', async ({ expect }) => {
    const [code] = await once(start("process.kill(process.pid, 'SIGKILL')").child, 'exit')
    expect(code).toBe(137)
  })

  for (const [signal, word, exit] of [
    ['SIGTERM', 'closed', 0],
    ['SIGINT', 'interrupted', 130],
  ] as const) {
    it(`hears ${signal}, closes, and is gone when its caller is`, async ({ expect }) => {
      const { child, said } = start(SERVER)
      await once(child.stdout, 'data')
      const pid = Number(/ready (\d+)/.exec(said())?.[1])
      child.kill(signal)
      const [code] = await once(child, 'exit')
      expect(code).toBe(exit)
      expect(said()).toContain(word)
      expect(() => process.kill(pid, 0)).toThrow()
    })
  }
})

describe('a command in the foreground of npm', () => {
  it('closes when npm is killed and can tell it nothing', async ({ expect }) => {
    const inner = `import(${JSON.stringify(MODULE)}).then((m) => m.foreground([process.execPath, '-e', ${JSON.stringify(SERVER)}]))`
    const npm = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(inner)}], { stdio: 'inherit' })`
    const child = spawn(process.execPath, ['-e', npm], {
      stdio: ['ignore', 'pipe', 'inherit'],
      env: { ...process.env, npm_lifecycle_event: 'start' },
    })
    let said = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said += text
      if (text.includes('ready')) child.kill('SIGKILL')
    })
    // The pipe ends when the last process that holds it does.
    await once(child.stdout, 'end')
    expect(said).toContain('closed')
  })
})
