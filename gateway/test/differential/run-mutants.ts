import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { type Mutant, MUTANTS } from './mutants.js'
import { PART_MUTANTS } from './parts/part-mutants.js'

/** So many cases are tried before a mutant counts as not noticed. */
const MAX_CASES = 4_000
const GATEWAY = fileURLToPath(new URL('../../', import.meta.url))

export interface MutantsResult {
  readonly total: number
  readonly killed: number
  /** What is wrong with the others: not noticed, or out of date. */
  readonly alive: readonly string[]
}

/**
 * Runs the suite against every mutant: a copy of the gateway's sources with one fault in it. The sources themselves have
 * no seam for this. Only where the TypeScript of the copies can be imported (tsx).
 */
export async function runMutants(seed: number): Promise<MutantsResult> {
  const alive: string[] = []
  for (const mutant of [...MUTANTS, ...PART_MUTANTS]) {
    const why = await outlives(mutant, seed)
    if (why !== undefined) alive.push(`${mutant.name}: ${why}`)
  }
  const total = MUTANTS.length + PART_MUTANTS.length
  return { total, killed: total - alive.length, alive }
}

/** Why a mutant was not caught; undefined when it was. */
async function outlives(mutant: Mutant, seed: number): Promise<string | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'lighthouse-mutant-'))
  const copy = join(folder, 'gateway')
  try {
    await cp(join(GATEWAY, 'src'), join(copy, 'src'), { recursive: true })
    await cp(join(GATEWAY, 'test', 'differential'), join(copy, 'test', 'differential'), { recursive: true })
    await cp(join(GATEWAY, 'package.json'), join(copy, 'package.json'))
    await symlink(join(GATEWAY, 'node_modules'), join(copy, 'node_modules'))
    await symlink(join(GATEWAY, '..', 'node_modules'), join(folder, 'node_modules'))
    const file = join(copy, 'src', mutant.file)
    const parts = (await readFile(file, 'utf8')).split(mutant.find)
    if (parts.length !== 2) return `the text to replace is ${parts.length - 1} times in ${mutant.file}`
    await writeFile(file, parts.join(mutant.replace))
    const own = (name: string) => pathToFileURL(join(copy, 'test', 'differential', name)).href
    const suite = (await import(own('run-suite.ts'))) as typeof import('./run-suite.js')
    const inParts = (await import(own('parts/run-parts.ts'))) as typeof import('./parts/run-parts.js')
    const { failures, cases } = await suite.runSuite({
      ...(PART_MUTANTS.includes(mutant) ? { trial: inParts.partsTrial().trial } : {}),
      cases: MAX_CASES,
      seed,
      reports: 0,
      stopsAtFailure: true,
      isLast: true,
    })
    return failures > 0 ? undefined : `not noticed in ${cases} cases`
  } finally {
    await rm(folder, { recursive: true })
  }
}
