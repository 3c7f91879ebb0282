import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, it } from 'vitest'

const SCRIPT = fileURLToPath(new URL('../check.mjs', import.meta.url))

function check(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [SCRIPT, ...args], (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr })
    })
  })
}

describe('npm run check', () => {
  it('names its steps when asked for help or for one that does not exist', async ({ expect }) => {
    const steps = 'boundaries, format, lint, types, knip, docs, walk'
    expect((await check('--help')).stdout).toContain(steps)
    const wrong = await check('--only', 'tests')
    expect(wrong).toMatchObject({ code: 1, stdout: '' })
    expect(wrong.stderr).toContain('There is no step "tests".')
    expect(wrong.stderr).toContain(steps)
  })

  it('reports the steps that ran, with their times, as one JSON object', async ({ expect }) => {
    const { stdout } = await check('--only', 'boundaries', '--json')
    const report = JSON.parse(stdout) as { steps: object[] }
    expect(report.steps).toMatchObject([{ name: 'boundaries', ms: expect.any(Number) }])
  })
})
