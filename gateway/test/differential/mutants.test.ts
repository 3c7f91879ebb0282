import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { it } from 'vitest'
import { MUTANTS } from './mutants.js'

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url))
const GATEWAY = fileURLToPath(new URL('../../', import.meta.url))

it('[P-122] the differential suite notices every fault that is put into the executor', async ({ expect }) => {
  const args = ['--conditions=source', '--import', 'tsx', MAIN, '--mutants', '--json']
  // It ends with 1 when a fault is not noticed; what it says of each is worth more than that.
  const ended = await promisify(execFile)(process.execPath, args, { cwd: GATEWAY }).catch(
    (cause: unknown) => cause as { stdout: string; stderr: string },
  )
  expect(ended.stderr.split('\n').filter((line) => line !== '' && !line.startsWith('killed'))).toEqual([])
  const { mutants } = JSON.parse(ended.stdout) as { mutants: { total: number; killed: number } }
  expect(mutants).toEqual({ total: MUTANTS.length, killed: MUTANTS.length })
}, 180_000)
