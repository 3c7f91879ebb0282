import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { test as base, type Page } from '@playwright/test'
import type { Controls } from './roots.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const BUILT = fileURLToPath(new URL('../dist/index.html', import.meta.url))

/** A server process of the console's edge that a test may stop, freeze and start again at the same address. */
export class Golden implements AsyncDisposable {
  #child: ChildProcess | undefined
  #port = 0
  readonly #arguments: readonly string[]

  constructor(...extra: readonly string[]) {
    this.#arguments = extra
  }

  /** Starts the process, at its earlier port when it had one. Throws when it does not come up. */
  async start(): Promise<this> {
    if (!existsSync(BUILT)) throw new Error('there is no web/dist: run npm run build -w web first')
    const script = ['--conditions=source', '--import', 'tsx', 'web/e2e/server.ts']
    const child = spawn(process.execPath, [...script, '--port', String(this.#port), ...this.#arguments], {
      cwd: ROOT,
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    this.#child = child
    for await (const line of createInterface({ input: child.stdout })) {
      const found = /^ready http:\/\/127\.0\.0\.1:(\d+)\//.exec(line)
      if (found === null) continue
      this.#port = Number(found[1])
      return this
    }
    throw new Error('the golden server ended before it was ready')
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`
  }

  /** Ends the process at once, as a crash does. */
  async kill(): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (child === undefined || child.exitCode !== null) return
    const ended = once(child, 'exit')
    child.kill('SIGKILL')
    await ended
  }

  /** Stops the process without closing its sockets: nothing comes any more and nothing is said about it. */
  freeze(): void {
    this.#child?.kill('SIGSTOP')
  }

  thaw(): void {
    this.#child?.kill('SIGCONT')
  }

  /** Sets what the server does, and tells what consoles reported as shown. */
  async control(change: Controls): Promise<{ shown: unknown[] }> {
    const answer = await fetch(`${this.url}/golden`, { method: 'POST', body: JSON.stringify(change) })
    return (await answer.json()) as { shown: unknown[] }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill()
  }
}

interface Fixtures {
  /** Starts a server of the test's own. It outlives the test's page, so that the page logs nothing of its end. */
  readonly startGolden: (...extra: readonly string[]) => Promise<Golden>
  /** Errors that the browser logged; a test that expects some takes them out. Any left fails the test. */
  readonly logged: string[]
}

export const test = base.extend<Fixtures, { golden: Golden }>({
  golden: [
    async ({}, use) => {
      await using golden = await new Golden().start()
      await use(golden)
    },
    { scope: 'worker' },
  ],
  startGolden: async ({}, use) => {
    const started: Golden[] = []
    await use((...extra) => {
      const golden = new Golden(...extra)
      started.push(golden)
      return golden.start()
    })
    for (const golden of started) await golden[Symbol.asyncDispose]()
  },
  logged: [
    // Names startGolden to be torn down before it: what is logged is judged while the servers still answer.
    async ({ page, startGolden: _ }, use) => {
      const logged: string[] = []
      page.on('console', (message) => {
        if (message.type() === 'error') logged.push(message.text())
      })
      page.on('pageerror', (error) => logged.push(String(error)))
      await use(logged)
      if (logged.length > 0) throw new Error(`the browser logged errors:\n${logged.join('\n')}`)
    },
    { auto: true },
  ],
})

export { expect } from '@playwright/test'

/** Opens a view and waits until live data flows. */
export async function open(page: Page, golden: Golden, path: string): Promise<void> {
  await page.goto(`${golden.url}/console${path}`)
  await page.locator('button[data-phase="live"]').waitFor()
}
